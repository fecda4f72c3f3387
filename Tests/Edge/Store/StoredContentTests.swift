import Compression
@testable import Edge
import HTTP
import HTTPServer
import Loop
import Support
import Testing

@Suite struct `Content for clients in clear` {
  private static let large = Array(String(repeating: "as it is written, so it is sent\n", count: 20_000).utf8)

  @Test func `what is large lies in pages that go out as one part, and is read from them piece by piece`() throws {
    try EventLoop().run {
      let content = StoredContent(forClientsInClear: Self.large)
      #expect(content.count == Self.large.count && content.memory == 2 * Self.large.count)
      let part = try await (source(of: content.body) as? any FileContent)?.nextPart()
      #expect(part?.file is MemoryFile && part?.offset == 0 && part?.count == Self.large.count)
      #expect(try await source(of: content.body)?.collect(limit: 1 << 20) == Self.large)
      let range = ByteRange(first: 70_000, count: 300_000)
      #expect(
        try await source(of: content.body(of: range))?.collect(limit: 1 << 20) == Array(Self.large[70_000..<370_000]))
      #expect(source(of: StoredContent(forClientsInClear: Array(Self.large[..<1_000])).body) == nil)
    }
  }

  @Test func `it is coded like any other`() throws {
    let loop = EventLoop()
    try loop.run {
      let codings = try #require(StoredContent(forClientsInClear: Self.large).codings)
      try await eventually("it is made", on: loop) {
        guard case .made(let bytes) = codings.find(.gzip) else { return false }
        return bytes == ContentCoding.gzip.encode(Self.large)
      }
    }
  }

  private func source(of body: Body) -> (any BodySource)? {
    guard case .stream(let source, _) = body else { return nil }
    return source
  }
}
