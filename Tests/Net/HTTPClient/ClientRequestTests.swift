import HTTP
import Loop
import Testing

@testable import HTTPClient

@Suite struct `Requests to send` {
  private let authority = Authority(host: "origin.example", port: 8081)

  @Test func `head and content leave as one write`() {
    var request = ClientRequest(.post, authority, "/a?b=c", body: .bytes(Array("hello".utf8)))
    request.fields.append("x-a", "1")
    request.fields.append(.host, "evil")
    request.fields.append(.contentLength, 99)
    #expect(
      request.serialised().text == """
        POST /a?b=c HTTP/1.1\r\nhost: origin.example:8081\r\nx-a: 1\r\ncontent-length: 5\r\n\r\nhello
        """)
  }

  @Test func `a POST without content says so, a GET says nothing`() {
    #expect(ClientRequest(.post, authority, "/").serialised().text.contains("content-length: 0\r\n"))
    #expect(!ClientRequest(.get, authority, "/").serialised().text.contains("content-length"))
  }

  @Test func `only what is idempotent and at hand may be repeated`() {
    #expect(ClientRequest(.put, authority, "/", body: .bytes([1])).mayBeRepeated)
    #expect(!ClientRequest(.post, authority, "/", body: .bytes([1])).mayBeRepeated)
  }

  @Test func `an authority's name leaves out the scheme's own port`() throws {
    #expect(try Authority(url: "https://s3.example:443/").name == "s3.example")
    #expect(try Authority(url: "http://127.0.0.1:9000").name == "127.0.0.1:9000")
    #expect(try Authority(url: "http://[::1]:9000").endpoint == .tcp(host: "::1", port: 9000))
    #expect(try Authority(url: "https://a.example").endpoint == .tcp(host: "a.example", port: 443))
  }

  @Test(arguments: ["", "ftp://a", "http://", "http://a:0", "http://a/b", "http://u@a"])
  func `what is more or less than a server is refused`(url: String) {
    #expect(throws: Authority.Malformed.self) { try Authority(url: url) }
  }
}
