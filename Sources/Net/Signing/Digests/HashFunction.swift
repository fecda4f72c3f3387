/// An incremental hash as a value: a copy of it is a fork of its state, which is what makes cached HMAC states cheap.
package protocol HashFunction {
  /// Bytes a compression step takes; an HMAC key is padded to this.
  static var blockSize: Int { get }

  init()
  mutating func update(_ bytes: Span<UInt8>)

  /// Ends the hash. The value must not be updated afterwards.
  mutating func finish() -> Digest
}

extension HashFunction {
  package static func hash(_ bytes: Span<UInt8>) -> Digest {
    var hash = Self()
    hash.update(bytes)
    return hash.finish()
  }

  package static func hash(_ bytes: [UInt8]) -> Digest { hash(bytes.span) }

  package static func hash(_ text: String) -> Digest { hash(text.utf8.span) }
}
