internal import HTTP
internal import Publication
internal import Routing

/// What an admin wants purged: tags, URLs, all URLs that begin so, or everything.
struct PurgeOrder: Decodable, Sendable {
  let tags: [PurgeTag]?
  let urls: [PurgeURL]?
  let prefixes: [PurgeURL]?
  let everything: Bool?
  /// Stale at once instead of gone.
  let soft: Bool?

  /// An order is one entry of a stream, and a write of many edges.
  private static let most = 100

  func notice(order id: String) throws(Problem) -> PurgeNotice {
    let subjects =
      (tags ?? []).map { PurgeNotice.Subject.tag($0.text) } + (urls ?? []).map { .url($0.text) }
      + (prefixes ?? []).map { .prefix($0.text) } + (everything == true ? [.everything] : [])
    guard (1...Self.most).contains(subjects.count) else {
      throw Problem(.unprocessableContent, "Name 1 to \(Self.most) tags, urls and prefixes, or say everything: true")
    }
    return PurgeNotice(subjects, isSoft: soft ?? false, order: id)
  }
}

/// A cache tag.
struct PurgeTag: DomainValue {
  let text: String

  init?(_ text: String) {
    guard (1...128).contains(text.utf8.count), text.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F && $0 != 0x2C }) else {
      return nil
    }
    self.text = text
  }

  static let expectation = "a cache tag such as titles, without spaces and commas"
  static let example = PurgeTag("titles")!
}

/// What clients ask for: path and query, or the whole URL.
struct PurgeURL: DomainValue {
  let text: String

  init?(_ text: String) {
    let isWhole = text.hasPrefix("http://") || text.hasPrefix("https://")
    guard isWhole || text.hasPrefix("/"), text.utf8.count <= 2_048, text.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F })
    else { return nil }
    self.text = text
  }

  static let expectation = "a path with its query, such as /api/v1/titles?page=2, or a whole URL"
  static let example = PurgeURL("/api/v1/titles?page=2")!
}
