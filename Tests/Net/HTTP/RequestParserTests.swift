import HTTP
import Testing

/// RFC 9112 §2–3, §6; contract/http.md 15–17.
@Suite struct `Request heads` {
  @Test func `a plain request is taken apart`() throws {
    let request = try parse("GET /titles/7?page=2&q=a+b%26 HTTP/1.1\r\nHost: edge.test:8080\r\nAccept: */*\r\n\r\n")
    #expect(request.method == .get && request.version == .http11)
    #expect(request.path.text == "/titles/7" && request.query?.text == "page=2&q=a+b%26")
    #expect(request.host == "edge.test:8080" && request.fields.first(.accept) == "*/*")
    #expect(request.query("page") == "2" && request.query("q") == "a b&" && request.query("x") == nil)
    #expect(request.framing == .none && request.keepsAlive && !request.expectsContinue)
  }

  @Test func `a head in any pieces is the same head`() throws {
    let bytes = Array("POST /x HTTP/1.1\r\nHost: h\r\nContent-Length: 5\r\n\r\nhello".utf8)
    for cut in 1..<bytes.count - 5 {
      var parser = RequestParser()
      let request = Request()
      let start = Array(bytes[..<cut])
      let first = try parser.parse(start.span, into: request)
      #expect(first == .needsMore)
      let second = try parser.parse(bytes.span, into: request)
      #expect(second == .complete(consumed: bytes.count - 5))
      #expect(request.framing == .length(5) && request.fields.count == 2)
    }
  }

  @Test func `a request is filled again without a trace of the one before`() throws {
    let request = try parse("GET http://a/x?y HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nConnection: close\r\n\r\n")
    _ = try parse("PUT /z HTTP/1.1\r\nHost: b\r\n\r\n", into: request)
    #expect(request.path.text == "/z" && request.query == nil && request.keepsAlive && request.fields.count == 1)
  }

  @Test(arguments: [
    "GET /\u{1} HTTP/1.1", "GET  / HTTP/1.1", "GET / HTTP/1.1 ", "GET /", " GET / HTTP/1.1", "G@T / HTTP/1.1",
    "GET / http/1.1", "GET / HTTP/11", "GET /#f HTTP/1.1", "GET /%zz HTTP/1.1", "GET /% HTTP/1.1", "GET /a\\b HTTP/1.1",
    "GET ftp://h/ HTTP/1.1", "GET a HTTP/1.1", "GET * HTTP/1.1", "GET http://u@h/ HTTP/1.1", "GET http:/// HTTP/1.1",
    "GET /é HTTP/1.1",
  ])
  func `a bad request line is a 400`(line: String) {
    #expect(refusal("\(line)\r\nHost: h\r\n\r\n")?.status == .badRequest)
  }

  @Test(arguments: [
    "Name : value", " folded: x", "\tfolded", ": empty", "no colon", "a: b\u{0}c", "a: b\rc", "a: b\u{7F}", "n(me: x",
  ])
  func `a bad field line is a 400`(line: String) {
    #expect(refusal(head(line))?.status == .badRequest)
  }

  @Test(arguments: [
    "GET / HTTP/1.1\nHost: h\r\n\r\n", "GET / HTTP/1.1\r\nHost: h\n\n", "\nGET / HTTP/1.1\r\nHost: h\r\n\r\n",
  ])
  func `a bare line feed ends no line`(text: String) {
    #expect(refusal(text) == .badLineEnd)
  }

  @Test(arguments: [
    "Content-Length: +5", "Content-Length: -1", "Content-Length: 5, 5", "Content-Length: 0x5", "Content-Length: 5 5",
    "Content-Length:", "Content-Length: 99999999999999999999", "Content-Length: 5\r\nContent-Length: 5",
    "Content-Length: 5\r\nTransfer-Encoding: chunked", "Transfer-Encoding: chunked\r\nContent-Length: 5",
    "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked", "Transfer-Encoding: chunked, gzip",
    "Transfer-Encoding: chunked, chunked", "Transfer-Encoding: , chunked", "Transfer-Encoding: chunked,",
    "Transfer-Encoding: gzip chunked", "Transfer-Encoding: xchunked", "Transfer-Encoding: identity",
    "Transfer-Encoding: chunked;q=1",
  ])
  func `framing that two readers could read differently is a 400`(field: String) {
    #expect(refusal(head(field)) == .badFraming)
  }

  @Test func `a coding that we do not have is a 501`() {
    #expect(refusal(head("Transfer-Encoding: gzip, chunked"))?.status == .notImplemented)
  }

  @Test func `chunked does not exist in HTTP 1.0`() {
    #expect(refusal(head("Transfer-Encoding: chunked", version: "1.0")) == .badFraming)
  }

  @Test(arguments: [
    "", "Host: a\r\nHost: a\r\n", "Host:\r\n", "Host: a b\r\n", "Host: u@a\r\n", "Host: a/b\r\n", "Host: a:x\r\n",
  ])
  func `there is exactly one well-formed Host`(fields: String) {
    #expect(refusal("GET / HTTP/1.1\r\n\(fields)\r\n") == .badHost)
  }

  @Test(arguments: ["h", "h:80", "[::1]:80", "127.0.0.1", "a-b.c_d"])
  func `names, addresses and ports are hosts`(host: String) throws {
    #expect(try parse("GET / HTTP/1.1\r\nHost: \(host)\r\n\r\n").host == host)
  }

  @Test func `an absolute target gives the path and must agree with Host`() throws {
    #expect(try parse("GET http://H/a?b HTTP/1.1\r\nHost: h\r\n\r\n").path.text == "/a")
    #expect(try parse("GET http://h?b HTTP/1.1\r\nHost: h\r\n\r\n").target.text == "/?b")
    #expect(try parse("GET http://h HTTP/1.0\r\n\r\n").host == "h")
    #expect(refusal("GET http://a/ HTTP/1.1\r\nHost: b\r\n\r\n") == .badHost)
  }

  @Test func `versions decide whether the connection lives on`() throws {
    #expect(try parse(head()).keepsAlive)
    #expect(try parse(head("Connection: foo, Close")).keepsAlive == false)
    #expect(try parse(head(version: "1.0")).keepsAlive == false)
    #expect(try parse(head("Connection: keep-alive", version: "1.0")).keepsAlive)
    #expect(refusal("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n")?.status == .versionNotSupported)
  }

  @Test func `an expectation is 100-continue or refused`() throws {
    #expect(try parse(head("Expect: 100-Continue", "Content-Length: 3")).expectsContinue)
    #expect(try parse(head("Expect: 100-continue", "Content-Length: 0")).expectsContinue == false)
    #expect(refusal(head("Expect: tea"))?.status == .expectationFailed)
  }

  @Test func `limits have their statuses`() {
    let long = String(repeating: "a", count: 9_000)
    #expect(refusal("GET /\(long) HTTP/1.1\r\nHost: h\r\n\r\n")?.status == .uriTooLong)
    #expect(refusal("GET /\(long)")?.status == .uriTooLong)
    #expect(refusal(long) == .badStartLine)
    #expect(refusal(head("a: \(long)", "b: \(long)"))?.status == .headTooLarge)
    #expect(refusal("GET / HTTP/1.1\r\na: \(long)\(long)")?.status == .headTooLarge)
    #expect(refusal("GET / HTTP/1.1\r\n" + String(repeating: "a: b\r\n", count: 101))?.status == .headTooLarge)
  }

  @Test func `what is no HTTP is refused at its first byte`() {
    #expect(refusal("\u{16}\u{3}\u{1}") == .badStartLine)
  }

  @Test func `the next request of a pipeline is left alone`() throws {
    var parser = RequestParser()
    let request = Request()
    let one = Array("GET /1 HTTP/1.1\r\nHost: h\r\n\r\n".utf8)
    let two = Array("GET /2 HTTP/1.1\r\nHost: h\r\n\r\n".utf8)
    let both = one + two
    let first = try parser.parse(both.span, into: request)
    let second = try parser.parse(two.span, into: request)
    #expect(first == .complete(consumed: one.count) && second == .complete(consumed: two.count))
    #expect(request.path.text == "/2")
  }
}
