package import HTTP

/// A request to send. Host, Content-Length and Transfer-Encoding are the client's business: those in
/// `fields` are ignored.
package struct ClientRequest {
  package var method: Method
  /// As it is sent: of a method that `Method` does not know, its own.
  package var methodName: String
  package var authority: Authority
  /// Whom to ask for, where the server goes by other names than its authority's.
  package var host: String?
  /// Path and query, percent-encoded already.
  package var target: String
  package var fields: Fields
  package var body: Body
  /// The span that it is, in a trace that is sampled; a server of ours is told the same in `traceparent`.
  package var trace: TraceContext?
  /// Called for each interim answer, such as 103 Early Hints.
  package var onInterim: ((Status, Fields) -> Void)?

  package init(
    _ method: Method, _ authority: Authority, _ target: String, fields: Fields = Fields(), body: Body = .none
  ) {
    self.method = method
    methodName = method.rawValue
    self.authority = authority
    self.target = target
    self.fields = fields
    self.body = body
  }

  /// A second attempt would do the same and can send the same: RFC 9110 §9.2.2.
  var mayBeRepeated: Bool {
    if case .stream = body { false } else { method.isIdempotent }
  }

  /// Its sender has an answer that may still stand: 304 says so.
  var isConditional: Bool { fields.contains(.ifNoneMatch) || fields.contains(.ifModifiedSince) }

  private static let ours: FieldNames = [.host, .contentLength, .transferEncoding, .connection]

  /// Head and, when it is there already, content: one write.
  func serialised() -> [UInt8] {
    var wire: [UInt8] = []
    wire.reserveCapacity(256 + target.utf8.count + fields.bytes.count)
    wire.append(methodName)
    wire.append(literal: " ")
    wire.append(target)
    wire.append(literal: " HTTP/1.1\r\nhost: ")
    wire.append(host ?? authority.name)
    wire.append(literal: "\r\n")
    var rest = fields
    rest.remove(Self.ours)
    wire += rest.bytes
    switch body {
    case .none, .omitted:
      // A server may wait for content otherwise: RFC 9110 §8.6.
      if method == .post || method == .put || method == .patch { wire.append("content-length: 0\r\n") }
      wire.append("\r\n")
    case .bytes(let bytes):
      wire.append("content-length: \(bytes.count)\r\n\r\n")
      wire += bytes
    case .stream(_, let length?):
      wire.append("content-length: \(length)\r\n\r\n")
    case .stream(_, nil):
      wire.append("transfer-encoding: chunked\r\n\r\n")
    }
    return wire
  }
}
