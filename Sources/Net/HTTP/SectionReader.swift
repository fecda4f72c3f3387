/// Makes the head of a request out of a field section of HTTP/2, field by field. The rules of HTTP/2 itself (lower
/// case, pseudo-fields first and once, nothing about the connection) are its caller's library's. Source: RFC 9113 §8.
///
/// A section is decoded to its end whatever is wrong with it, because the compression has a state: so the first fault
/// is remembered, and thrown at the end.
package struct SectionReader {
  private let limits: HeadLimits
  private var framing = FramingFields()
  private var fault: ParseError?
  private var size = 0
  private var count = 0
  private var cookie: [UInt8] = []

  package init(limits: HeadLimits = HeadLimits()) { self.limits = limits }

  package func begin(_ request: Request) {
    request.head.reset()
    request.head.authority.removeAll(keepingCapacity: true)
    request.head.version = .http2
    request.head.keepAlive = true
  }

  /// False far beyond what may be answered with 431: what is small on the wire can be huge once decoded.
  package mutating func field(_ name: Span<UInt8>, _ value: Span<UInt8>, of request: Request) -> Bool {
    size += name.count + value.count + 4
    count += 1
    take(name, value, of: request)
    return size <= 4 * limits.headSize
  }

  private mutating func take(_ name: Span<UInt8>, _ value: Span<UInt8>, of request: Request) {
    guard size <= limits.headSize, count <= limits.fieldCount else { return note(.headTooLarge) }
    if name[0] == UInt8(ascii: ":") { return pseudoField(name, value, of: &request.head) }
    if name.equals("cookie") { return crumb(value) }
    do throws(ParseError) { try framing.note(name, value) } catch { note(error) }
    if name.equals("host"), !request.head.authority.isEmpty {
      return check(value, is: request.head.authority)
    }
    request.head.fields.append(name, value)
  }

  /// - isWhole: the request ends with its head.
  package mutating func end(of request: Request, isWhole: Bool) throws(ParseError) {
    if !cookie.isEmpty { request.head.fields.append(.cookie, cookie) }
    if let fault { throw fault }
    try checkTarget(&request.head)
    guard let host = request.head.fields.bytes(.host), request.head.fields.count(of: .host) == 1,
      Authority.isValid(host.span)
    else { throw .badHost }
    let length = try framing.framing(.http2)
    request.head.framing = isWhole ? .none : length ?? .chunked
    request.head.expectsContinue = framing.expectsContinue && request.head.hasContent
  }

  private mutating func pseudoField(_ name: Span<UInt8>, _ value: Span<UInt8>, of head: inout RequestHead) {
    if name.equals(":method") {
      head.method = Method(value)
      guard head.method == .other else { return }
      head.otherMethod.removeAll(keepingCapacity: true)
      head.otherMethod.append(copying: value)
    } else if name.equals(":path") {
      guard value.count <= limits.targetSize else { return note(.targetTooLong) }
      head.target.append(copying: value)
    } else if name.equals(":authority") {
      head.authority.append(copying: value)
      head.fields.append(Self.host.span, value)
    } else if name.equals(":scheme"), !value.equals("http"), !value.equals("https") {
      note(.badTarget)
    }
  }

  private static let host = Array("host".utf8)

  /// What the client has cut for better compression is one field for everybody else. Source: RFC 9113 §8.2.3.
  private mutating func crumb(_ value: Span<UInt8>) {
    if !cookie.isEmpty { cookie.append("; ") }
    cookie.append(copying: value)
  }

  private mutating func check(_ host: Span<UInt8>, is authority: [UInt8]) {
    guard host.count == authority.count else { return note(.badHost) }
    for index in host.indices where host[index].loweredASCII != authority[index].loweredASCII { note(.badHost) }
  }

  private func checkTarget(_ head: inout RequestHead) throws(ParseError) {
    // It has no path at all.
    guard head.method != .connect else { throw .unsupportedMethod }
    let target = try RequestTarget(0..<head.target.count, of: head.target.span, method: head.method)
    guard target.authority == nil else { throw .badTarget }
    head.pathCount = head.target.span.firstIndex(of: UInt8(ascii: "?")) ?? head.target.count
  }

  private mutating func note(_ error: ParseError) { fault = fault ?? error }
}
