/// Keys of one purpose under rotation: what the edge verifies with. Public parts only; a secret is never published.
package struct KeySet: Codable, Hashable, Sendable {
  /// A public key as a JWK, RFC 7517 §4, in its JSON text.
  package struct Key: Codable, Hashable, Sendable {
    package let id: String
    package let jwk: String
    /// Unix seconds from which it is no longer accepted; nil: current.
    package let retiresAt: Int64?

    package init(id: String, jwk: String, retiresAt: Int64? = nil) {
      self.id = id
      self.jwk = jwk
      self.retiresAt = retiresAt
    }

    private enum CodingKeys: String, CodingKey {
      case id = "kid"
      case jwk
      case retiresAt = "retires_at"
    }
  }

  package let purpose: String
  package let keys: [Key]

  package init(purpose: String, keys: [Key]) {
    self.purpose = purpose
    self.keys = keys
  }

  package func key(_ id: String, at now: Int64) -> Key? {
    keys.first { $0.id == id && ($0.retiresAt ?? .max) > now }
  }
}
