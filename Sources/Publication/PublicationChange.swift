/// One write of the origin's that every edge must obey, as it stands on a stream of Redis.
package struct PublicationChange: Equatable, Sendable {
  package static let stream = "edge:publication"
  /// Entries that the stream keeps, about: an edge that was away for longer fetches the whole state.
  package static let kept = 10_000
  /// The entry's only field: the change as `PublicationCodec` writes it.
  package static let field = "change"

  package enum Kind: Equatable, Sendable {
    case availability(title: String, windows: [AvailabilityWindow])
    /// From when on, in Unix seconds, a key is no longer issued; nil: its end is taken back.
    case expiry(key: String, at: Int64?)
    case titleRemoved(String)
    case revoked(Revocation)
    case restored(Revocation)
  }

  /// The state's version once this is applied.
  package let version: Int64
  package let kind: Kind

  package init(version: Int64, kind: Kind) {
    self.version = version
    self.kind = kind
  }
}

extension PublicationChange: Codable {
  private enum CodingKeys: String, CodingKey {
    case version, availability, windows, revoked, restored
    case expiringKey = "expiring_key"
    case expiresAt = "expires_at"
    case titleRemoved = "title_removed"
  }

  package init(from decoder: any Decoder) throws {
    let fields = try decoder.container(keyedBy: CodingKeys.self)
    version = try fields.decode(Int64.self, forKey: .version)
    if let title = try fields.decodeIfPresent(String.self, forKey: .availability) {
      kind = .availability(title: title, windows: try fields.decode([AvailabilityWindow].self, forKey: .windows))
    } else if let key = try fields.decodeIfPresent(String.self, forKey: .expiringKey) {
      kind = .expiry(key: key, at: try fields.decodeIfPresent(Int64.self, forKey: .expiresAt))
    } else if let title = try fields.decodeIfPresent(String.self, forKey: .titleRemoved) {
      kind = .titleRemoved(title)
    } else if let revocation = try fields.decodeIfPresent(Revocation.self, forKey: .revoked) {
      kind = .revoked(revocation)
    } else {
      kind = .restored(try fields.decode(Revocation.self, forKey: .restored))
    }
  }

  package func encode(to encoder: any Encoder) throws {
    var fields = encoder.container(keyedBy: CodingKeys.self)
    try fields.encode(version, forKey: .version)
    switch kind {
    case .availability(let title, let windows):
      try fields.encode(title, forKey: .availability)
      try fields.encode(windows, forKey: .windows)
    case .expiry(let key, let end):
      try fields.encode(key, forKey: .expiringKey)
      try fields.encodeIfPresent(end, forKey: .expiresAt)
    case .titleRemoved(let title): try fields.encode(title, forKey: .titleRemoved)
    case .revoked(let revocation): try fields.encode(revocation, forKey: .revoked)
    case .restored(let revocation): try fields.encode(revocation, forKey: .restored)
    }
  }
}
