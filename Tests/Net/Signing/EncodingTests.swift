import Testing

@testable import Signing

@Suite struct `Encodings` {
  /// Source: RFC 4648 §10.
  @Test func `the RFC's examples hold both ways`() {
    let plain = ["", "f", "fo", "foo", "foob", "fooba", "foobar"].map { Array($0.utf8) }
    let base64 = ["", "Zg==", "Zm8=", "Zm9v", "Zm9vYg==", "Zm9vYmE=", "Zm9vYmFy"]
    let base32 = ["", "MY", "MZXQ", "MZXW6", "MZXW6YQ", "MZXW6YTB", "MZXW6YTBOI"]
    #expect(plain.map { Base64.standard.encode($0) } == base64)
    #expect(base64.map { Base64.standard.decode($0) } == plain)
    #expect(plain.map { Base32.encode($0) } == base32)
    #expect(base32.map { Base32.decode($0) } == plain)
  }

  @Test func `one value has one base64 text`() {
    for text in ["Zh==", "Zg=", "Zg", "Z", "Zm9v\n", "Zm 9", "Zm-_", "===="] {
      #expect(Base64.standard.decode(text) == nil, "\(text)")
    }
    for text in ["Zh", "Zg==", "A", "+/+/"] { #expect(Base64.url.decode(text) == nil, "\(text)") }
  }

  @Test func `hexadecimal is read in either case and only in pairs`() {
    #expect(Hex.decode("00fFa0") == [0, 255, 160])
    #expect(Hex.decode("0") == nil && Hex.decode("0g") == nil)
    #expect(Hex.encode([0, 255, 160]) == "00ffa0")
  }

  @Test func `civil time is read and written, leap days included`() {
    #expect(CivilTime(iso8601: "2028-02-29T23:59:59Z")?.unixSeconds == 1_835_481_599)
    #expect(CivilTime(iso8601: "20130524T000000Z") == CivilTime(unixSeconds: 1_369_353_600))
    for text in ["2027-02-29T00:00:00Z", "20130524T000000", "2013-05-24 00:00:00Z", "20130524T250000Z", ""] {
      #expect(CivilTime(iso8601: text) == nil, "\(text)")
    }
  }
}
