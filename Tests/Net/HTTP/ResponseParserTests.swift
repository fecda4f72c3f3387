import HTTP
import Testing

@Suite struct `Response heads` {
  private func parse(_ text: String, to method: HTTP.Method = .get) throws(ParseError) -> ResponseHead {
    var parser = ResponseParser(to: method)
    let bytes = Array(text.utf8)
    guard case .complete(let head, let consumed) = try parser.parse(bytes.span), consumed == bytes.count else {
      throw .badStartLine
    }
    return head
  }

  @Test func `a stated length is the framing`() throws {
    let head = try parse("HTTP/1.1 200 OK\r\nContent-Length: 12\r\n\r\n")
    #expect(head.status == .ok && head.framing == .length(12) && head.keepAlive)
  }

  @Test func `no statement means until the end of the connection`() throws {
    let head = try parse("HTTP/1.1 200 \r\n\r\n")
    #expect(head.framing == .untilClose && !head.keepAlive)
  }

  @Test(arguments: [(HTTP.Method.head, 200), (.get, 304), (.get, 204), (.get, 100)])
  func `some answers never have content`(method: HTTP.Method, code: Int) throws {
    let head = try parse("HTTP/1.1 \(code) X\r\nContent-Length: 12\r\n\r\n", to: method)
    #expect(head.framing == .none)
  }

  @Test func `chunked wins where it stands alone, and is refused beside a length`() throws {
    #expect(try parse("HTTP/1.1 200 OK\r\nTransfer-Encoding: Chunked\r\n\r\n").framing == .chunked)
    #expect(throws: ParseError.badFraming) {
      try parse("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nContent-Length: 1\r\n\r\n")
    }
  }

  @Test(arguments: ["cow chunked", "chunked;a", "cow, cow", ", chunked", "\"chunked\"", "chunked, chunked"])
  func `what one reader could take for chunked is refused`(coding: String) {
    #expect(throws: ParseError.badFraming) { try parse("HTTP/1.1 200 OK\r\nTransfer-Encoding: \(coding)\r\n\r\n") }
  }

  @Test(arguments: [
    "HTTP/1.1 20 OK", "HTTP/1.1 2000", "HTTP/1.1200 OK", "HTTP/1.1 099 X", "HTTP/1.1 600 X", "ICY 200 OK!",
  ])
  func `a bad status line is refused`(line: String) {
    #expect(throws: ParseError.badStartLine) { try parse("\(line)\r\n\r\n") }
  }

  @Test func `an interim head is followed by the next one`() throws {
    var parser = ResponseParser(to: .get)
    let bytes = Array("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 201 Created\r\nContent-Length: 0\r\n\r\n".utf8)
    guard case .complete(let interim, let consumed) = try parser.parse(bytes.span) else {
      return #expect(Bool(false), "the first head is whole")
    }
    let rest = Array(bytes[consumed...])
    guard case .complete(let head, _) = try parser.parse(rest.span) else {
      return #expect(Bool(false), "the second head is whole")
    }
    #expect(interim.status.isInterim && head.status == .created && head.framing == .length(0))
  }
}
