internal import FoundationEssentials

/// A JSON document taken apart, for looking at what a server answered.
package indirect enum JSONTree: Decodable {
  case object([String: JSONTree])
  case array([JSONTree])
  case string(String)
  case whole(Int64)
  case number(Double)
  case bool(Bool)
  case null

  /// Nil when the bytes are not JSON.
  package init?(_ bytes: [UInt8]) {
    guard let tree = try? JSONDecoder().decode(JSONTree.self, from: Data(bytes)) else { return nil }
    self = tree
  }

  package init(from decoder: any Decoder) throws {
    let value = try decoder.singleValueContainer()
    if let members = try? value.decode([String: JSONTree].self) {
      self = .object(members)
    } else if let items = try? value.decode([JSONTree].self) {
      self = .array(items)
    } else if let text = try? value.decode(String.self) {
      self = .string(text)
    } else if let bool = try? value.decode(Bool.self) {
      self = .bool(bool)
    } else if let number = try? value.decode(Int64.self) {
      self = .whole(number)
    } else if let number = try? value.decode(Double.self) {
      self = .number(number)
    } else {
      self = .null
    }
  }

  /// The text of the scalar at a path such as `items.0.title`; nil for null and for what is not there.
  package subscript(_ path: String) -> String? { child(at: path).scalar }

  /// The elements of the array at a path; none where there is no array.
  package func items(_ path: String) -> [JSONTree] {
    if case .array(let items) = child(at: path) { items } else { [] }
  }

  /// The names of the object at a path, sorted.
  package func names(_ path: String = "") -> [String] {
    if case .object(let members) = child(at: path) { members.keys.sorted() } else { [] }
  }

  /// A name with dots in it is one step of `path` here.
  package func member(_ name: String) -> JSONTree? {
    if case .object(let members) = self { members[name] } else { nil }
  }

  private func child(at path: String) -> JSONTree {
    path.split(separator: ".").reduce(self) { $0.child(named: String($1)) }
  }

  private func child(named name: String) -> JSONTree {
    switch self {
    case .object(let members): members[name] ?? .null
    case .array(let items): Int(name).flatMap { items.indices.contains($0) ? items[$0] : nil } ?? .null
    default: .null
    }
  }

  private var scalar: String? {
    switch self {
    case .string(let text): text
    case .whole(let number): String(number)
    case .number(let number): String(number)
    case .bool(let bool): String(bool)
    case .null, .object, .array: nil
    }
  }
}
