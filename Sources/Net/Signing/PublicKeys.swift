/// The keys of the public API, known by their digests. Without any the API is open to everyone.
package struct PublicKeys: Sendable {
  /// Not 64 hexadecimal digits.
  package struct Malformed: Error, Equatable {}

  private var digests: [[UInt8]]

  package init(_ keys: [String] = []) { digests = keys.map { SHA256.hash($0).bytes } }

  /// - Parameter digests: SHA-256 of more keys, in hexadecimal.
  package init(_ keys: [String], digests: [String]) throws(Malformed) {
    self.init(keys)
    for text in digests {
      guard let digest = Hex.decode(text), digest.count == 32 else { throw Malformed() }
      self.digests.append(digest)
    }
  }

  package var isEmpty: Bool { digests.isEmpty }

  /// - Parameter key: what the caller sent, if anything.
  package func admit(_ key: ArraySlice<UInt8>?) -> Bool {
    if digests.isEmpty { return true }
    guard let key else { return false }
    let digest = SHA256.hash(key.span)
    var isKnown = false
    // All of them, whichever fits: the time tells nothing.
    for known in digests {
      var difference: UInt8 = 0
      for index in known.indices { difference |= known[index] ^ digest[index] }
      if difference == 0 { isKnown = true }
    }
    return isKnown
  }
}
