/// Parses the head of a request, strictly. Hand it everything received and not yet consumed, each time more has come.
/// Source: RFC 9112 §2–6.
package struct RequestParser {
  private let limits: HeadLimits
  private var lines = HeadLines()
  private var hasRequestLine = false
  private var framing = FramingFields()

  package init(limits: HeadLimits = HeadLimits()) { self.limits = limits }

  package enum Progress: Equatable {
    case needsMore
    /// The head took that many bytes; the content, if any, follows them. The parser is ready for the next head.
    case complete(consumed: Int)
  }

  package mutating func parse(_ bytes: Span<UInt8>, into request: Request) throws(ParseError) -> Progress {
    try parse(bytes, into: &request.head)
  }

  private mutating func parse(_ bytes: Span<UInt8>, into head: inout RequestHead) throws(ParseError) -> Progress {
    try checkFirstByte(bytes)
    while let line = try lines.next(in: bytes) {
      try checkSize(lines.start, of: bytes)
      if !hasRequestLine {
        // One empty line before a request is forgiven. RFC 9112 §2.2.
        if line.isEmpty, line.lowerBound == 0 { continue }
        head.reset()
        try requestLine(line, of: bytes, into: &head)
        hasRequestLine = true
      } else if line.isEmpty {
        try finish(&head)
        defer { self = RequestParser(limits: limits) }
        return .complete(consumed: lines.start)
      } else {
        try field(line, of: bytes, into: &head)
      }
    }
    try checkSize(bytes.count, of: bytes)
    return .needsMore
  }

  /// What cannot be a method, such as a TLS greeting on a plain port, is refused before a line's end shows up.
  private func checkFirstByte(_ bytes: Span<UInt8>) throws(ParseError) {
    guard lines.start == 0, bytes.count > 0 else { return }
    guard bytes[0].isTokenCharacter || bytes[0] == 0x0D else { throw bytes[0] == 0x0A ? .badLineEnd : .badStartLine }
  }

  private func checkSize(_ size: Int, of bytes: Span<UInt8>) throws(ParseError) {
    if hasRequestLine, size > limits.headSize { throw .headTooLarge }
    guard !hasRequestLine, size > limits.headSize || lines.start == 0 && size > limits.targetSize + 64 else { return }
    // Without a space it is all of a method, which none is that long.
    throw bytes.firstIndex(of: 0x20) == nil ? .badStartLine : .targetTooLong
  }

  private func requestLine(_ line: Range<Int>, of bytes: Span<UInt8>, into head: inout RequestHead) throws(ParseError) {
    let text = bytes.extracting(line)
    guard let space = text.firstIndex(of: 0x20), space > 0,
      let second = text.firstIndex(of: 0x20, from: space + 1)
    else { throw .badStartLine }
    for index in 0..<space where !text[index].isTokenCharacter { throw .badStartLine }
    head.version = try Version(text.extracting((second + 1)..<text.count))
    head.method = Method(text.extracting(0..<space))
    if head.method == .other {
      head.otherMethod.removeAll(keepingCapacity: true)
      head.otherMethod.append(copying: text.extracting(0..<space))
    }
    guard second - space - 1 <= limits.targetSize else { throw .targetTooLong }
    let start = line.lowerBound
    let target = try RequestTarget(start + space + 1..<start + second, of: bytes, method: head.method)
    try fill(&head, target, of: bytes)
  }

  private func fill(_ head: inout RequestHead, _ target: RequestTarget, of bytes: Span<UInt8>) throws(ParseError) {
    if target.lacksPath { head.target.append(UInt8(ascii: "/")) }
    head.target.append(copying: bytes.extracting(target.origin))
    head.pathCount = head.target.span.firstIndex(of: UInt8(ascii: "?")) ?? head.target.count
    head.authority.removeAll(keepingCapacity: true)
    guard let authority = target.authority else { return }
    guard Authority.isValid(bytes.extracting(authority)) else { throw .badTarget }
    head.authority.append(copying: bytes.extracting(authority))
  }

  private mutating func field(_ line: Range<Int>, of bytes: Span<UInt8>, into head: inout RequestHead)
    throws(ParseError)
  {
    guard head.fields.count < limits.fieldCount else { throw .headTooLarge }
    let field = try FieldLine(line, of: bytes)
    let name = bytes.extracting(field.name)
    let value = bytes.extracting(field.value)
    try framing.note(name, value)
    head.fields.append(checked: name, value)
  }

  private func finish(_ head: inout RequestHead) throws(ParseError) {
    try checkHost(&head)
    head.framing = try framing.framing(head.version) ?? .none
    head.keepAlive = framing.keepAlive(head.version)
    head.expectsContinue = framing.expectsContinue && head.hasContent && head.version == .http11
  }

  /// Exactly one Host (an HTTP/1.0 request may lack it), well formed, and the same as an absolute target's.
  private func checkHost(_ head: inout RequestHead) throws(ParseError) {
    guard framing.hostCount == 1, let host = head.fields.bytes(.host) else {
      guard framing.hostCount == 0, head.version == .http10 else { throw .badHost }
      if !head.authority.isEmpty { head.fields.append(.host, head.authority) }
      return
    }
    guard Authority.isValid(host.span) else { throw .badHost }
    guard !head.authority.isEmpty else { return }
    guard head.authority.elementsEqual(host, by: { $0.loweredASCII == $1.loweredASCII }) else { throw .badHost }
  }
}

extension Version {
  /// "HTTP/1.1"; of another major version 505, of anything else 400. Source: RFC 9112 §2.3.
  init(_ text: Span<UInt8>) throws(ParseError) {
    guard text.count == 8, text.extracting(0..<5).equals("HTTP/"), text[5].isDigit, text[6] == UInt8(ascii: "."),
      text[7].isDigit
    else { throw .badStartLine }
    guard text[5] == UInt8(ascii: "1") else { throw .unsupportedVersion }
    self = text[7] == UInt8(ascii: "0") ? .http10 : .http11
  }
}
