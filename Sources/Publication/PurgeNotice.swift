/// Which kept answers have to go, as it stands in an entry of a stream of Redis: what a write of the origin's has
/// outdated, or what an admin has ordered.
package struct PurgeNotice: Equatable, Sendable {
  package enum Subject: Hashable, Sendable, CustomStringConvertible {
    /// All that carry this cache tag.
    case tag(String)
    /// All variants at this URL: path and query, or the whole with its scheme and host.
    case url(String)
    /// All URLs that begin so: a path, or the whole with its scheme and host.
    case prefix(String)
    case everything

    /// As the audit log shows it.
    package var description: String {
      switch self {
      case .tag(let tag): "tag=\(tag)"
      case .url(let url): "url=\(url)"
      case .prefix(let prefix): "prefix=\(prefix)"
      case .everything: "everything"
      }
    }
  }

  package static let stream = "edge:purges"
  /// Entries that the stream keeps, about: an edge that was away for longer drops everything.
  package static let kept = 10_000

  package var subjects: [Subject]
  /// Stale at once, and still good while a newer one is fetched or while the origin fails, as far as its windows reach.
  package var isSoft = false
  /// The order's id, under which each edge leaves a receipt.
  package var order: String?

  package init(_ subjects: [Subject], isSoft: Bool = false, order: String? = nil) {
    self.subjects = subjects
    self.isSoft = isSoft
    self.order = order
  }

  /// Of an entry's fields. One without a subject that we know is from a newer origin: about everything, to be safe.
  package init(_ fields: [(name: String, value: [UInt8])]) {
    subjects = []
    for (name, value) in fields {
      switch name {
      case "tags": subjects += value.split(separator: comma).map { .tag(text($0)) }
      case "url": subjects.append(.url(text(value)))
      case "prefix": subjects.append(.prefix(text(value)))
      case "all": subjects.append(.everything)
      case "soft": isSoft = true
      case "order": order = text(value)
      default: break
      }
    }
    if subjects.isEmpty { subjects = [.everything] }
  }

  package var fields: [(name: String, value: [UInt8])] {
    var tags: [String] = []
    var fields: [(name: String, value: String)] = []
    for subject in subjects {
      switch subject {
      case .tag(let tag): tags.append(tag)
      case .url(let url): fields.append(("url", url))
      case .prefix(let prefix): fields.append(("prefix", prefix))
      case .everything: fields.append(("all", "1"))
      }
    }
    if !tags.isEmpty { fields.append(("tags", tags.joined(separator: ","))) }
    if isSoft { fields.append(("soft", "1")) }
    if let order { fields.append(("order", order)) }
    return fields.map { ($0.name, Array($0.value.utf8)) }
  }
}

private let comma = UInt8(ascii: ",")

private func text(_ bytes: some Collection<UInt8>) -> String { String(decoding: bytes, as: UTF8.self) }
