/// A policy as the operator lists it. The list's order is the order in which policies are asked.
package struct PolicySource: Hashable, Sendable {
  /// How answers, logs and metrics call it; distinct within a list.
  package let name: String
  /// The library, an absolute path.
  package let path: String
  /// What it is told, one JSON text.
  package let settings: String

  package init(name: String, path: String, settings: String = "{}") {
    self.name = name
    self.path = path
    self.settings = settings
  }

  /// The three policies that a node starts with: the service's own keys, lifetimes and windows.
  package static func standard(in folder: String) -> [PolicySource] {
    [("keys", "KeyPrefix"), ("ttl", "TTLClamp"), ("schedule", "GeoSchedule")].map { name, library in
      PolicySource(name: name, path: "\(folder)/lib\(library).so")
    }
  }
}
