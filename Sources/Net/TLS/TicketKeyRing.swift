internal import COpenSSL

/// What one ticket is sealed with.
struct TicketKey: Equatable {
  /// A ticket says which key it needs.
  let name: [UInt8]
  var cipher: [UInt8]
  var mac: [UInt8]

  /// All three of one secret.
  init(_ secret: [UInt8]) {
    name = Array(derive("name", from: secret).prefix(16))
    cipher = derive("cipher", from: secret)
    mac = derive("mac", from: secret)
  }

  static func random() -> TicketKey {
    var generator = SystemRandomNumberGenerator()
    return TicketKey((0..<32).map { _ in generator.next() })
  }
}

/// Which keys count at a time: the first one seals, all of them open.
struct TicketKeyRing {
  /// How long a ticket counts, and a key seals new ones: for one more it still opens.
  static let lifetimeSeconds = 12 * 3_600

  private var keys: [TicketKey]
  /// In seconds of the epoch; nil for keys that are somebody else's to change.
  private var nextChange: Int?

  init(_ keys: [TicketKey]) { self.keys = keys }

  /// Random ones, which change by themselves.
  init(at now: Int) {
    keys = [.random()]
    nextChange = now + Self.lifetimeSeconds
  }

  mutating func keys(at now: Int) -> [TicketKey] {
    while let change = nextChange, now >= change {
      keys = [.random(), keys[0]]
      nextChange = change + Self.lifetimeSeconds
    }
    return keys
  }
}

/// HMAC-SHA256, the step of HKDF that makes keys of a key: RFC 5869 §2.3.
private func derive(_ purpose: String, from secret: [UInt8]) -> [UInt8] {
  let label = Array("moviesnow ticket \(purpose)".utf8) + [1]
  return unsafe [UInt8](unsafeUninitializedCapacity: 32) { output, count in
    unsafe HMAC(EVP_sha256(), secret, Int32(secret.count), label, label.count, output.baseAddress, nil)
    count = 32
  }
}
