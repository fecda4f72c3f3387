/// Whoever sends a request where TLS is spoken has left out the "s", and is told so in the only way he understands.
enum PlainRequestOnTLS {
  static let answer: [UInt8] = {
    let detail = "Plain HTTP was sent to a port that speaks TLS: use https"
    let problem = #"{"type":"about:blank","title":"Bad Request","status":400,"detail":"\#(detail)"}"#
    let fields = "content-type: application/problem+json\r\ncache-control: no-store\r\nconnection: close\r\n"
    return Array("HTTP/1.1 400 Bad Request\r\n\(fields)content-length: \(problem.utf8.count)\r\n\r\n\(problem)".utf8)
  }()
}
