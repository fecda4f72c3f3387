/// Who an edge says the player is. ARCHITECTURE §4, "Client identity".
package struct EdgeClient: Equatable, Sendable {
  /// The player's address, as text.
  package var address: String
  /// ISO 3166-1 alpha-2, or empty where it is unknown.
  package var country: String
  package var requestID: String

  package init(address: String, country: String, requestID: String) {
    self.address = address
    self.country = country
    self.requestID = requestID
  }
}

/// The `Edge-Client` field by which the edge vouches to the origin for a player's address and country:
/// `v1;kid;ts;ip;country;rid;sig`. The signature covers the request's method, host and target too, so that a field
/// that leaks serves no other request.
package struct EdgeClientSignature: Sendable {
  package struct Key: Sendable {
    package let id: String
    let states: HMAC<SHA256>

    package init(id: String, secret: [UInt8]) {
      self.id = id
      states = HMAC(key: secret)
    }
  }

  /// The request that carries the field.
  package struct Subject: Sendable {
    package var method, host, target: String

    package init(method: String, host: String, target: String) {
      self.method = method
      self.host = host
      self.target = target
    }
  }

  package enum Refusal: Error, Equatable, Sendable { case malformed, unknownKey, stale, wrongSignature }

  /// How far the clocks of edge and origin may be apart, both ways.
  private static let toleranceSeconds: Int64 = 30

  private let keys: [Key]

  /// The first key signs; all are accepted, so that keys can be changed one process after the other.
  package init(keys: [Key]) {
    precondition(!keys.isEmpty)
    self.keys = keys
  }

  package func sign(_ client: EdgeClient, for subject: Subject, at unixSeconds: Int64) -> String {
    let seconds = String(unixSeconds)
    let signature = signature(keys[0], seconds, client, subject)
    var field: [UInt8] = []
    field.reserveCapacity(224)
    for part in ["v1", keys[0].id, seconds, client.address, client.country, client.requestID] {
      field.append(contentsOf: part.utf8)
      field.append(UInt8(ascii: ";"))
    }
    signature.appendHex(to: &field)
    return String(decoding: field, as: UTF8.self)
  }

  package func verify(_ field: String, for subject: Subject, at unixSeconds: Int64) throws(Refusal) -> EdgeClient {
    let parts = field.split(separator: ";", omittingEmptySubsequences: false).map(String.init)
    guard parts.count == 7, parts[0] == "v1", let signedAt = Int64(parts[2]) else { throw .malformed }
    guard let key = keys.first(where: { $0.id == parts[1] }) else { throw .unknownKey }
    let client = EdgeClient(address: parts[3], country: parts[4], requestID: parts[5])
    guard ConstantTime.equal(signature(key, parts[2], client, subject).hex, parts[6]) else { throw .wrongSignature }
    // After the signature: only then is the number the edge's own, and small.
    guard abs(unixSeconds - signedAt) <= Self.toleranceSeconds else { throw .stale }
    return client
  }

  /// Over (v1, kid, ts, method, host, target, ip, country, rid), each behind its length in four bytes, big-endian: no
  /// two lists of parts give the same bytes.
  private func signature(_ key: Key, _ seconds: String, _ client: EdgeClient, _ subject: Subject) -> Digest {
    var message: [UInt8] = []
    message.reserveCapacity(256)
    for part in [
      "v1", key.id, seconds, subject.method, subject.host, subject.target, client.address, client.country,
      client.requestID,
    ] {
      for shift in [24, 16, 8, 0] { message.append(UInt8(truncatingIfNeeded: part.utf8.count >> shift)) }
      message.append(contentsOf: part.utf8)
    }
    return key.states.sign(message)
  }
}
