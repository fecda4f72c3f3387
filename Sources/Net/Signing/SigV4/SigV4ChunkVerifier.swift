/// Checks the chunks of an `aws-chunked` body, each signed over the one before it.
/// Source: AWS, "Transferring Payload in Multiple Chunks" and "Including Trailing Headers".
package struct SigV4ChunkVerifier {
  private let key: SigV4SigningKey
  private let time: [UInt8]
  private var previous: String

  init(key: SigV4SigningKey, time: [UInt8], seed: String) {
    self.key = key
    self.time = time
    previous = seed
  }

  /// `hash` is of the chunk's data; the last chunk is empty and signed too.
  package mutating func accepts(_ hash: Digest, signature: String) -> Bool {
    accepts("AWS4-HMAC-SHA256-PAYLOAD", "\(Self.emptyHash)\n\(hash.hex)", signature: signature)
  }

  /// `trailer` is the trailing fields as `name:value\n`, without the signature's own.
  package mutating func accepts(trailer: [UInt8], signature: String) -> Bool {
    accepts("AWS4-HMAC-SHA256-TRAILER", SHA256.hash(trailer).hex, signature: signature)
  }

  private static let emptyHash = SHA256.hash([]).hex

  private mutating func accepts(_ algorithm: String, _ hashes: String, signature: String) -> Bool {
    let scope = String(decoding: key.scope, as: UTF8.self)
    let time = String(decoding: time, as: UTF8.self)
    let expected = key.key.sign("\(algorithm)\n\(time)\n\(scope)\n\(previous)\n\(hashes)").hex
    previous = signature
    return ConstantTime.equal(expected, signature)
  }
}
