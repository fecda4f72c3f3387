import Signing
import Testing

@Suite struct `An authenticated cipher` {
  private let cipher = AuthenticatedCipher(key: SHA256.hash("key"))

  @Test(arguments: [0, 1, 16, 1000]) func `opens what it sealed`(count: Int) {
    let plain = (0..<count).map { UInt8(truncatingIfNeeded: $0) }
    #expect(cipher.open(cipher.seal(plain)) == plain)
  }

  @Test func `seals the same text differently each time`() {
    #expect(cipher.seal([1, 2, 3]) != cipher.seal([1, 2, 3]))
  }

  @Test func `opens nothing that was changed, cut, or sealed with another key`() {
    let sealed = cipher.seal(Array("a token".utf8))
    for index in sealed.indices {
      var changed = sealed
      changed[index] ^= 1
      #expect(cipher.open(changed) == nil)
    }
    #expect(cipher.open(Array(sealed.dropLast())) == nil && cipher.open([]) == nil)
    #expect(AuthenticatedCipher(key: SHA256.hash("other")).open(sealed) == nil)
  }
}
