/// Which of the two a node is.
package enum NodeRole: String, Sendable { case edge, origin }

/// What runs.
package struct Build: Codable, Sendable {
  package let version: String
  package let runtime: String

  package static let current = Build(version: "0.1.0", runtime: "swift")
}
