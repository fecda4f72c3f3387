import HTTP
import Testing

@Suite struct `Addresses and ids` {
  @Test(arguments: [
    ("127.0.0.1", "127.0.0.1"), ("2001:DB8:0:0:1:0:0:1", "2001:db8::1:0:0:1"), ("::", "::"), ("::1", "::1"),
    ("::ffff:10.1.2.3", "10.1.2.3"), ("64:ff9b::192.0.2.33", "64:ff9b::c000:221"), ("1::", "1::"),
    ("1:2:3:4:5:6:7:8", "1:2:3:4:5:6:7:8"), ("fe80:0:1::", "fe80:0:1::"),
  ])
  func `an address reads and prints in its canonical form`(text: String, canonical: String) {
    #expect(IPAddress(text)?.description == canonical)
  }

  @Test(arguments: [
    "", "1.2.3", "1.2.3.4.5", "01.2.3.4", "256.1.1.1", "1.2.3.4 ", ":", ":::", "1::2::3", "12345::", "1:2:3:4:5:6:7",
    "1:2:3:4:5:6:7:8:9", "::1%eth0", "::1.2.3", "1:2:3:4:5:6:7::8", "g::",
  ])
  func `what is not exactly an address is none`(text: String) {
    #expect(IPAddress(text) == nil)
  }

  @Test func `a block holds its addresses and no others`() throws {
    let block = try #require(CIDR("10.1.0.0/16"))
    #expect(try block.contains(#require(IPAddress("10.1.255.1"))) && !block.contains(#require(IPAddress("10.2.0.1"))))
    #expect(try block.contains(#require(IPAddress("::ffff:10.1.0.1"))))
    let wide = try #require(CIDR("2001:db8::/32"))
    #expect(try wide.contains(#require(IPAddress("2001:db8:1::"))) && !wide.contains(#require(IPAddress("2001:db9::"))))
    #expect(try #require(CIDR("::/0")).contains(#require(IPAddress("fe80::1"))))
    #expect(try #require(CIDR("0.0.0.0/0")).contains(.loopback) && #require(CIDR("127.0.0.1")).contains(.loopback))
  }

  @Test(arguments: ["10.1.0.1/16", "10.0.0.0/33", "10.0.0.0/", "10.0.0.0/8/8", "2001:db8::1/32", "10.0.0.0/+8"])
  func `a block with a mistake in it is refused`(text: String) {
    #expect(CIDR(text) == nil)
  }

  @Test func `only a version 4 UUID is one`() {
    let text = "0B7D8A52-0c6e-4f0b-9a5e-3f6f3f1c2d4e"
    #expect(UUIDv4(text)?.description == text.lowercased())
    #expect(UUIDv4("0b7d8a52-0c6e-1f0b-9a5e-3f6f3f1c2d4e") == nil && UUIDv4("0b7d8a520c6e4f0b9a5e3f6f3f1c2d4e") == nil)
    #expect(UUIDv4("0b7d8a52-0c6e-4f0b-1a5e-3f6f3f1c2d4e") == nil)
    #expect(UUIDv4.random() != UUIDv4.random() && UUIDv4(UUIDv4.random().description) != nil)
  }
}
