import HTTP
import Testing

@testable import HTTPClient

@Suite struct `Responses as they arrive` {
  @Test func `content of a stated length ends with its last byte, however it is cut`() throws {
    let text = "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\nhello"
    #expect(try read(text) == "200 hello end:true")
    #expect(try readByteByByte(text) == "200 hello end:true")
  }

  @Test func `chunks are taken apart`() throws {
    let text = "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n"
    #expect(try read(text) == "200 abcde end:true")
    #expect(try readByteByByte(text) == "200 abcde end:true")
  }

  @Test func `an answer to HEAD has no content, and 304 neither`() throws {
    #expect(try read("HTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\n", to: .head) == "200  end:true")
    #expect(try read("HTTP/1.1 304 Not Modified\r\netag: \"a\"\r\n\r\n") == "304  end:true")
  }

  @Test func `bytes after the end, and Connection close, spoil the connection`() throws {
    #expect(try read("HTTP/1.1 200 OK\r\ncontent-length: 1\r\n\r\nab") == "200 a end:false")
    #expect(try read("HTTP/1.1 200 OK\r\nconnection: close\r\ncontent-length: 1\r\n\r\na") == "200 a end:false")
  }

  @Test func `without a length the end of the connection is the end, and else it is a loss`() throws {
    var reader = ResponseReader(to: .get)
    _ = try reader.read(Array("HTTP/1.1 200 OK\r\n\r\nabc".utf8).span)
    let end = reader.finish()
    #expect(end != nil)
    reader = ResponseReader(to: .get)
    _ = try reader.read(Array("HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\nabc".utf8).span)
    let early = reader.finish()
    #expect(early == nil)
  }

  @Test func `what is announced before the answer is told apart, and a flood or another protocol refused`() throws {
    var reader = ResponseReader(to: .get)
    let events = try reader.read(
      Array("HTTP/1.1 103 Early Hints\r\nlink: </a>\r\n\r\nHTTP/1.1 204 No Content\r\n\r\n".utf8).span)
    guard case .interim(let hints) = events.first else { throw ParseError.badStartLine }
    #expect(hints.status == Status(103) && hints.fields.first(.link) == "</a>" && describe(events) == "204  end:true")
    #expect(throws: ParseError.self) { try read("HTTP/1.1 101 Switching Protocols\r\n\r\n") }
    let flood = String(repeating: "HTTP/1.1 102 Processing\r\n\r\n", count: 33)
    #expect(throws: ParseError.self) { try read(flood) }
  }

  private func read(_ text: String, to method: HTTP.Method = .get) throws -> String {
    var reader = ResponseReader(to: method)
    return describe(try reader.read(Array(text.utf8).span))
  }

  private func readByteByByte(_ text: String) throws -> String {
    var reader = ResponseReader(to: .get)
    var events: [ResponseReader.Event] = []
    for byte in text.utf8 { events += try reader.read([byte].span) }
    return describe(events)
  }

  private func describe(_ events: [ResponseReader.Event]) -> String {
    var (status, content, end) = ("", "", "")
    for event in events {
      switch event {
      case .interim: break
      case .head(let head): status = String(head.status.code)
      case .content(let bytes): content += bytes.text
      case .end(let isClean): end = "end:\(isClean)"
      }
    }
    return "\(status) \(content) \(end)"
  }
}
