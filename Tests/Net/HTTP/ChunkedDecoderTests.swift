import HTTP
import Testing

@Suite struct `Chunked content` {
  private func decode(_ text: String) throws(ParseError) -> (content: String, progress: ChunkedDecoder.Progress) {
    var decoder = ChunkedDecoder()
    var output: [UInt8] = []
    let bytes = Array(text.utf8)
    let progress = try decoder.decode(bytes.span, into: &output)
    return (output.text, progress)
  }

  @Test func `chunks join, and what follows them is left alone`() throws {
    let decoded = try decode("4\r\nWiki\r\n00A;a=\"b\"\r\n0123456789\r\n0\r\n\r\nGET")
    #expect(decoded.content == "Wiki0123456789")
    #expect(decoded.progress == .complete(consumed: 37))
  }

  @Test func `any cut of the bytes gives the same content`() throws {
    let bytes = Array("5;x\r\nhello\r\n1\r\n!\r\n0\r\nTrailer: x\r\n\r\n".utf8)
    for cut in 0...bytes.count {
      var decoder = ChunkedDecoder()
      var output: [UInt8] = []
      let (start, rest) = (Array(bytes[..<cut]), Array(bytes[cut...]))
      var progress = try decoder.decode(start.span, into: &output)
      if progress == .needsMore { progress = try decoder.decode(rest.span, into: &output) }
      #expect(progress == .complete(consumed: cut < bytes.count ? rest.count : bytes.count))
      #expect(output.text == "hello!")
    }
  }

  @Test(arguments: [
    "0x5\r\n", "+5\r\n", "5 \r\n", " 5\r\n", "\r\n", ";a\r\n", "5\nhello", "5\r\nhelloX", "5\r\nhello\n", "5;\u{0}\r\n",
    "5;a\nhello\r\n0\r\n\r\n",
    "1234567890abcdef\r\n", "g\r\n", "0\r\nbad trailer\r\n\r\n", "0\r\na: b\n",
  ])
  func `loose framing is refused`(text: String) {
    #expect(throws: ParseError.self) { try decode(text) }
  }

  @Test(arguments: ["a", "a=b", "a=\"b;\\\"\\r\"", " a", "a = b", "a;b", "a ; b=\"\";c=d"])
  func `extensions have names, and values that are tokens or quoted, RFC 9112 §7.1.1`(text: String) throws {
    #expect(try decode("5;\(text)\r\nhello\r\n0\r\n\r\n").content == "hello")
  }

  @Test(arguments: ["", " ", ";", "a;", "=", "a=", "a= ", "bad[=x", "a=b c", "a b", "a=\"b", "a=\"b\"c", "a=\"\u{0}\""])
  func `other extensions are refused`(text: String) {
    #expect(throws: ParseError.badChunk) { try decode("5;\(text)\r\nhello\r\n0\r\n\r\n") }
  }

  @Test func `endless extensions are refused`() {
    #expect(throws: ParseError.badChunk) { try decode("5;" + String(repeating: "a", count: 5_000)) }
  }
}
