/// A keyed hash (RFC 2104) whose two padded key blocks are hashed once, when the key is set: 160 ns a message of 300 B
/// instead of 1 206 ns.
package struct HMAC<Hash: HashFunction & Sendable>: Sendable {
  private let inner: Hash
  private let outer: Hash

  package init(key: Span<UInt8>) {
    inner = Self.padded(key, with: 0x36)
    outer = Self.padded(key, with: 0x5c)
  }

  package init(key: [UInt8]) { self.init(key: key.span) }

  package init(key: Digest) { self = key.withSpan { HMAC(key: $0) } }

  package func sign(_ message: Span<UInt8>) -> Digest {
    var hash = inner
    hash.update(message)
    return finish(hash)
  }

  package func sign(_ message: [UInt8]) -> Digest { sign(message.span) }

  package func sign(_ message: String) -> Digest { sign(message.utf8.span) }

  /// Constant in time over the signature's bytes.
  package func isValid(_ signature: [UInt8], for message: [UInt8]) -> Bool {
    ConstantTime.equal(sign(message.span).bytes, signature)
  }

  private func finish(_ innerHash: Hash) -> Digest {
    var innerHash = innerHash
    var hash = outer
    innerHash.finish().withSpan { hash.update($0) }
    return hash.finish()
  }

  private static func padded(_ key: Span<UInt8>, with pad: UInt8) -> Hash {
    var block = [UInt8](repeating: pad, count: Hash.blockSize)
    if key.count > Hash.blockSize {
      let digest = Hash.hash(key)
      for index in 0..<digest.count { block[index] ^= digest[index] }
    } else {
      for index in key.indices { block[index] ^= key[index] }
    }
    var hash = Hash()
    hash.update(block.span)
    return hash
  }
}
