internal import COpenSSL
internal import FoundationEssentials
internal import Glibc
internal import Synchronization

/// What session tickets are sealed with (RFC 5077 §4), so that a client that comes back pays no whole handshake, at
/// whichever worker, or edge that has the same keys.
package final class TicketKeys: Sendable {
  /// How long a ticket counts, and a key seals new ones.
  static let lifetimeSeconds = 12 * 3_600

  /// Random ones, which no other process has: they change by themselves.
  package static let ofProcess = TicketKeys()

  private struct Key {
    let name: [UInt8]
    var cipher: [UInt8]
    var mac: [UInt8]

    /// All three of one secret.
    init(_ secret: [UInt8]) {
      name = Array(derive("name", from: secret).prefix(16))
      cipher = derive("cipher", from: secret)
      mac = derive("mac", from: secret)
    }

    static func random() -> Key {
      var generator = SystemRandomNumberGenerator()
      return Key((0..<32).map { _ in generator.next() })
    }
  }

  private struct State {
    /// The first one seals; all of them open.
    var keys: [Key]
    /// In seconds of the epoch; nil for keys that are somebody else's to change.
    var nextChange: Int?
  }

  private let state: Mutex<State>
  private let now: @Sendable () -> Int

  package init(now: @escaping @Sendable () -> Int = { time(nil) }) {
    self.now = now
    state = Mutex(State(keys: [.random()], nextChange: now() + Self.lifetimeSeconds))
  }

  /// - Parameter path: a file of one secret a line, 64 hexadecimal digits each. The first one seals.
  package init(file path: String) throws(TLSError) {
    try requireReadable(path)
    let text = String(decoding: FileManager.default.contents(atPath: path) ?? Data(), as: UTF8.self)
    var keys: [Key] = []
    for line in text.split(separator: "\n") {
      guard let secret = bytes(ofHex: line), secret.count == 32 else {
        throw .file(path: path, reason: "has a line that is not 64 hexadecimal digits, as of openssl rand -hex 32")
      }
      keys.append(Key(secret))
    }
    guard !keys.isEmpty else { throw .file(path: path, reason: "holds no key") }
    now = { 0 }
    state = Mutex(State(keys: keys, nextChange: nil))
  }

  /// A key that has sealed for a ticket's lifetime still opens for one more.
  private func current() -> [Key] {
    state.withLock { state in
      while let change = state.nextChange, now() >= change {
        state.keys = [.random(), state.keys[0]]
        state.nextChange = change + Self.lifetimeSeconds
      }
      return state.keys
    }
  }

  /// OpenSSL's callback for a new ticket: 1, or negative.
  func seal(
    _ name: UnsafeMutablePointer<UInt8>, _ iv: UnsafeMutablePointer<UInt8>, _ cipher: OpaquePointer?,
    _ mac: OpaquePointer?
  ) -> Int32 {
    var key = current()[0]
    unsafe name.update(from: key.name, count: key.name.count)
    guard unsafe RAND_bytes(iv, 16) == 1,
      unsafe EVP_EncryptInit_ex(cipher, EVP_aes_256_cbc(), nil, key.cipher, iv) == 1,
      unsafe tls_set_ticket_mac(mac, &key.mac, key.mac.count) == 1
    else { return -1 }
    return 1
  }

  /// OpenSSL's callback for a client's ticket: 0 when we do not know its key, 2 when it is to be replaced.
  func open(
    _ name: UnsafeMutablePointer<UInt8>, _ iv: UnsafeMutablePointer<UInt8>, _ cipher: OpaquePointer?,
    _ mac: OpaquePointer?
  ) -> Int32 {
    let keys = current()
    let given = unsafe Array(UnsafeBufferPointer(start: name, count: 16))
    guard let place = keys.firstIndex(where: { $0.name == given }) else { return 0 }
    var key = keys[place]
    guard unsafe tls_set_ticket_mac(mac, &key.mac, key.mac.count) == 1,
      unsafe EVP_DecryptInit_ex(cipher, EVP_aes_256_cbc(), nil, key.cipher, iv) == 1
    else { return -1 }
    return place == 0 ? 1 : 2
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

private func bytes(ofHex text: Substring) -> [UInt8]? {
  let digits = Array(text.utf8)
  guard digits.count.isMultiple(of: 2) else { return nil }
  var bytes: [UInt8] = []
  for place in stride(from: 0, to: digits.count, by: 2) {
    guard let byte = UInt8(String(decoding: digits[place..<place + 2], as: UTF8.self), radix: 16) else { return nil }
    bytes.append(byte)
  }
  return bytes
}
