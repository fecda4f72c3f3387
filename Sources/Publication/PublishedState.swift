/// All that the origin publishes and the edge obeys, at one version. The edge decides from the last one that it has
/// seen, and goes on doing so while the origin is away.
package struct PublishedState: Equatable, Sendable {
  /// Counts the origin's changes; greater is newer.
  package private(set) var version: Int64
  private var windows: [String: [AvailabilityWindow]]
  /// By key, in Unix seconds.
  private var expiries: [String: Int64]
  private var revocations: Set<Revocation>

  package init(
    version: Int64, windows: [String: [AvailabilityWindow]] = [:], expiries: [String: Int64] = [:],
    revocations: Set<Revocation> = []
  ) {
    self.version = version
    self.windows = windows
    self.expiries = expiries
    self.revocations = revocations
  }

  /// Nil: the title is not known here. Empty: it is known and has no schedule.
  package func windows(ofTitle title: String) -> [AvailabilityWindow]? { windows[title] }

  /// Whether a key may be issued, whatever the windows of its title say.
  package func standing(ofKey key: String, title: String?, at now: Int64) -> KeyStanding {
    if isRevoked(key, title) { return .revoked }
    guard let end = expiries[key] else { return .open(until: nil) }
    return now < end ? .open(until: end) : .ended(at: end)
  }

  private func isRevoked(_ key: String, _ title: String?) -> Bool {
    if revocations.isEmpty { return false }
    return revocations.contains(.key(key)) || title.map { revocations.contains(.title($0)) } ?? false
  }

  /// Follows the origin by one change. A gap means that changes were lost: fetch the whole state.
  package mutating func apply(_ change: PublicationChange) -> Progress {
    guard change.version > version else { return .alreadyKnown }
    guard change.version == version + 1 else { return .gap }
    switch change.kind {
    case .availability(let title, let new): windows[title] = new
    case .expiry(let key, let end): expiries[key] = end
    case .titleRemoved(let title): windows[title] = nil
    case .revoked(let revocation): revocations.insert(revocation)
    case .restored(let revocation): revocations.remove(revocation)
    }
    version = change.version
    return .applied
  }

  package enum Progress: Equatable, Sendable { case applied, alreadyKnown, gap }
}

/// What the origin has said of a key; times in Unix seconds.
package enum KeyStanding: Equatable, Sendable {
  /// It, or its title, was taken back.
  case revoked
  /// Its bundle is over.
  case ended(at: Int64)
  case open(until: Int64?)
}

extension PublishedState: Codable {
  private enum CodingKeys: String, CodingKey {
    case version, expiries, revocations
    case windows = "titles"
  }

  package init(from decoder: any Decoder) throws {
    let fields = try decoder.container(keyedBy: CodingKeys.self)
    self.init(
      version: try fields.decode(Int64.self, forKey: .version),
      windows: try fields.decode([String: [AvailabilityWindow]].self, forKey: .windows),
      expiries: try fields.decode([String: Int64].self, forKey: .expiries),
      revocations: try fields.decode(Set<Revocation>.self, forKey: .revocations))
  }

  package func encode(to encoder: any Encoder) throws {
    var fields = encoder.container(keyedBy: CodingKeys.self)
    try fields.encode(version, forKey: .version)
    try fields.encode(windows, forKey: .windows)
    try fields.encode(expiries, forKey: .expiries)
    try fields.encode(revocations, forKey: .revocations)
  }
}
