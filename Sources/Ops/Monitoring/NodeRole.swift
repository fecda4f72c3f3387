package import Observability

/// Which of the two a node is.
package enum NodeRole: String, Sendable { case edge, origin }

extension Metrics {
  /// Of a loop of that role: one process may run both.
  package convenience init(of role: NodeRole) { self.init(labels: [MetricLabel("role", role.rawValue)]) }
}

/// What runs.
package struct Build: Codable, Sendable {
  package let version: String
  package let runtime: String

  package static let current = Build(version: "0.1.0", runtime: "swift")
}
