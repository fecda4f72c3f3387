internal import COpenSSL
internal import FoundationEssentials
internal import Glibc
internal import Synchronization

/// What session tickets are sealed with (RFC 5077 §4), so that a client that comes back pays no whole handshake, at
/// whichever worker, or edge that has the same keys.
package final class TicketKeys: Sendable {
  /// Random ones, which no other process has: they change by themselves.
  package static let ofProcess = TicketKeys()

  private let ring: Mutex<TicketKeyRing>

  private init() { ring = Mutex(TicketKeyRing(at: time(nil))) }

  /// - Parameter path: a file of one secret a line, 64 hexadecimal digits each. The first one seals.
  package init(file path: String) throws(TLSError) {
    try requireReadable(path)
    let text = String(decoding: FileManager.default.contents(atPath: path) ?? Data(), as: UTF8.self)
    var keys: [TicketKey] = []
    for line in text.split(separator: "\n") {
      guard let secret = bytes(ofHex: line), secret.count == 32 else {
        throw .file(path: path, reason: "has a line that is not 64 hexadecimal digits, as of openssl rand -hex 32")
      }
      keys.append(TicketKey(secret))
    }
    guard !keys.isEmpty else { throw .file(path: path, reason: "holds no key") }
    ring = Mutex(TicketKeyRing(keys))
  }

  private func current() -> [TicketKey] { ring.withLock { $0.keys(at: time(nil)) } }

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

private func bytes(ofHex text: Substring) -> [UInt8]? {
  let digits = Array(text.utf8)
  guard digits.count.isMultiple(of: 2), text.allSatisfy(\.isHexDigit) else { return nil }
  var bytes: [UInt8] = []
  for place in stride(from: 0, to: digits.count, by: 2) {
    guard let byte = UInt8(String(decoding: digits[place..<place + 2], as: UTF8.self), radix: 16) else { return nil }
    bytes.append(byte)
  }
  return bytes
}
