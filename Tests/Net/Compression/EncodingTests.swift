import Compression
import HTTP
import Testing

@Suite struct `Coding content` {
  /// What each form starts with, and that a text becomes much shorter; that it can be read again is curl's to say, in
  /// the tests of the whole.
  @Test func `each coding makes its own form of a text, and the same each time`() throws {
    let text = Array(String(repeating: "Big Buck Bunny, ", count: 1_000).utf8)
    let starts: [ContentCoding: [UInt8]] = [.gzip: [0x1F, 0x8B], .zstd: [0x28, 0xB5, 0x2F, 0xFD]]
    for coding in ContentCoding.allCases {
      let coded = try #require(coding.encode(text))
      #expect(coded.count < text.count / 10)
      #expect(coded.starts(with: starts[coding] ?? []))
      #expect(coding.encode(text) == coded)
    }
  }

  @Test func `nothing can be coded too`() {
    for coding in ContentCoding.allCases { #expect(coding.encode([])?.isEmpty == false) }
  }
}
