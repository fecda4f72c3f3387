/// The head of a response from upstream.
package struct ResponseHead: Sendable {
  package var status: Status
  package var version: Version
  package var fields: Fields
  package var framing: Framing
  package var keepAlive: Bool
}

/// Parses the head of a response, as strictly as we parse requests. Source: RFC 9112 §4–6.
package struct ResponseParser {
  private let method: Method
  private let limits: HeadLimits
  private var lines = HeadLines()
  private var startLine: (version: Version, status: Status)?
  private var fields = Fields()
  private var framing = FramingFields(ofResponse: true)

  /// - method: the request's, because what answers HEAD has no content.
  package init(to method: Method, limits: HeadLimits = HeadLimits()) {
    self.method = method
    self.limits = limits
  }

  package enum Progress {
    case needsMore
    /// The head took that many bytes. After an interim response the parser is ready for the next head.
    case complete(ResponseHead, consumed: Int)
  }

  package mutating func parse(_ bytes: Span<UInt8>) throws(ParseError) -> Progress {
    while let line = try lines.next(in: bytes) {
      guard lines.start <= limits.headSize else { throw .headTooLarge }
      guard let startLine else {
        startLine = try Self.statusLine(bytes.extracting(line))
        fields.reserve(12)
        continue
      }
      if line.isEmpty {
        let head = try head(startLine.version, startLine.status)
        defer { self = ResponseParser(to: method, limits: limits) }
        return .complete(head, consumed: lines.start)
      }
      try field(line, of: bytes)
    }
    guard bytes.count <= limits.headSize else { throw .headTooLarge }
    return .needsMore
  }

  private static func statusLine(_ line: Span<UInt8>) throws(ParseError) -> (Version, Status) {
    guard line.count >= 12, line[8] == 0x20, line.count == 12 || line[12] == 0x20 else { throw .badStartLine }
    let version = try Version(line.extracting(0..<8))
    var code: UInt16 = 0
    for index in 9..<12 {
      guard line[index].isDigit else { throw .badStartLine }
      code = code * 10 + UInt16(line[index] - 0x30)
    }
    guard (100...599).contains(code) else { throw .badStartLine }
    for index in 12..<line.count where !line[index].isFieldValueCharacter { throw .badStartLine }
    return (version, Status(code))
  }

  private mutating func field(_ line: Range<Int>, of bytes: Span<UInt8>) throws(ParseError) {
    guard fields.count < limits.fieldCount else { throw .headTooLarge }
    let field = try FieldLine(line, of: bytes)
    try framing.note(bytes.extracting(field.name), bytes.extracting(field.value))
    fields.append(checked: bytes.extracting(field.name), bytes.extracting(field.value))
  }

  /// The order of RFC 9112 §6.3: no content by rule, then what is stated, then until the end.
  private func head(_ version: Version, _ status: Status) throws(ParseError) -> ResponseHead {
    let stated = try framing.framing(version)
    let length: Framing = method == .head || status.forbidsBody ? .none : stated ?? .untilClose
    return ResponseHead(
      status: status, version: version, fields: fields, framing: length,
      keepAlive: framing.keepAlive(version) && length != .untilClose)
  }
}
