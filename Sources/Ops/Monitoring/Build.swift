/// What runs.
package struct Build: Codable, Sendable {
  package let version: String
  package let runtime: String

  package static let current = Build(version: "0.1.0", runtime: "swift")
}
