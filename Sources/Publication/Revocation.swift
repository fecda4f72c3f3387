/// Something that may no longer be issued, whatever its windows say.
package enum Revocation: Hashable, Sendable {
  /// A title that was deleted or unpublished: every key below it.
  case title(String)
  /// One object: a deleted bundle, or one whose expiry has passed.
  case key(String)
}

extension Revocation: Codable {
  private enum CodingKeys: String, CodingKey { case title, key }

  package init(from decoder: any Decoder) throws {
    let fields = try decoder.container(keyedBy: CodingKeys.self)
    if let title = try fields.decodeIfPresent(String.self, forKey: .title) {
      self = .title(title)
    } else {
      self = .key(try fields.decode(String.self, forKey: .key))
    }
  }

  package func encode(to encoder: any Encoder) throws {
    var fields = encoder.container(keyedBy: CodingKeys.self)
    switch self {
    case .title(let title): try fields.encode(title, forKey: .title)
    case .key(let key): try fields.encode(key, forKey: .key)
    }
  }
}
