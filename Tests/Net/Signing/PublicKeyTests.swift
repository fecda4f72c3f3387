import Signing
import Testing

@Suite struct `Public keys` {
  private func admit(_ keys: PublicKeys, _ key: String?) -> Bool { keys.admit(key.map { Array($0.utf8)[...] }) }

  @Test func `without any everyone is admitted`() {
    #expect(admit(PublicKeys(), nil) && admit(PublicKeys(), "anything"))
  }

  @Test func `a key is known by itself or by its digest`() throws {
    let keys = try PublicKeys(["one", "two"], digests: [SHA256.hash("three").hex])
    for key in ["one", "two", "three"] { #expect(admit(keys, key)) }
    for key in [nil, "", "on", "one ", SHA256.hash("three").hex] { #expect(!admit(keys, key)) }
  }

  @Test func `a digest is 64 hexadecimal digits`() {
    for digest in ["", "ab", String(repeating: "x", count: 64)] {
      #expect(throws: PublicKeys.Malformed.self) { try PublicKeys([], digests: [digest]) }
    }
  }
}
