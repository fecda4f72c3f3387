/// What a head's fields say about the message's end and the connection's, gathered while they are parsed.
/// Anything ambiguous is refused: two readers that disagree are how requests are smuggled. Source: RFC 9112 §6, §9.
struct FramingFields {
  private(set) var hostCount = 0
  private(set) var expectsContinue = false
  private(set) var closes = false
  private(set) var keepsAlive = false
  private var length: Int?
  private var isChunked = false
  /// Of a response: an unheard-of coding, so that only the connection's end is the content's. Source: RFC 9112 §6.3.
  private(set) var endsWithConnection = false
  private let isResponse: Bool

  init(ofResponse isResponse: Bool = false) { self.isResponse = isResponse }

  mutating func note(_ name: Span<UInt8>, _ value: Span<UInt8>) throws(ParseError) {
    switch name.count {
    case 4 where name.equalsIgnoringCase("host"):
      hostCount += 1
    case 6 where name.equalsIgnoringCase("expect"):
      guard value.equalsIgnoringCase("100-continue") else { throw .unknownExpectation }
      expectsContinue = true
    case 10 where name.equalsIgnoringCase("connection"):
      noteConnection(value)
    case 14 where name.equalsIgnoringCase("content-length"):
      guard length == nil else { throw .badFraming }
      length = try Self.length(value)
    case 17 where name.equalsIgnoringCase("transfer-encoding"):
      guard !isChunked, !endsWithConnection else { throw .badFraming }
      isChunked = value.equalsIgnoringCase("chunked")
      if isChunked { return }
      if value.endsWithChunked { throw .unsupportedCoding }
      // What is coded in a way that is known, and not to us, is nothing that could be passed on.
      guard isResponse, value.isToken, !value.isKnownCoding else { throw .badFraming }
      endsWithConnection = true
    default: break
    }
  }

  /// Nil when nothing says anything.
  func framing(_ version: Version) throws(ParseError) -> Framing? {
    if endsWithConnection {
      guard length == nil else { throw .badFraming }
      return .untilClose
    }
    if isChunked {
      guard length == nil, version == .http11 else { throw .badFraming }
      return .chunked
    }
    return length.map { .length($0) }
  }

  func keepAlive(_ version: Version) -> Bool {
    version == .http11 ? !closes : keepsAlive && !closes
  }

  /// Digits only, at most 18 of them: no sign, no list, no overflow.
  private static func length(_ value: Span<UInt8>) throws(ParseError) -> Int {
    guard value.count > 0, value.count <= 18 else { throw .badFraming }
    var length = 0
    for index in value.indices {
      guard value[index].isDigit else { throw .badFraming }
      length = length * 10 + Int(value[index] - 0x30)
    }
    return length
  }

  private mutating func noteConnection(_ value: Span<UInt8>) {
    var start = 0
    while start <= value.count {
      let comma = value.firstIndex(of: UInt8(ascii: ","), from: start) ?? value.count
      let option = value.extracting(value.trimmed(start..<comma))
      if option.equalsIgnoringCase("close") { closes = true }
      if option.equalsIgnoringCase("keep-alive") { keepsAlive = true }
      start = comma + 1
    }
  }
}

extension Span<UInt8> {
  /// The range without the white space around it.
  func trimmed(_ range: Range<Int>) -> Range<Int> {
    var start = range.lowerBound
    var end = range.upperBound
    while start < end, self[start].isOWS { start += 1 }
    while end > start, self[end - 1].isOWS { end -= 1 }
    return start..<end
  }

  fileprivate var isKnownCoding: Bool {
    ["gzip", "x-gzip", "deflate", "compress", "x-compress", "identity"].contains { equalsIgnoringCase($0) }
  }

  fileprivate var isToken: Bool {
    for index in indices where !self[index].isTokenCharacter { return false }
    return count > 0
  }

  /// A list of codings of which the last, and only that, is chunked: the end can be found, so it is only a coding that
  /// we do not have. Source: RFC 9112 §6.1.
  fileprivate var endsWithChunked: Bool {
    var start = 0
    while true {
      let comma = firstIndex(of: UInt8(ascii: ","), from: start)
      let coding = extracting(trimmed(start..<(comma ?? count)))
      let isChunked = coding.equalsIgnoringCase("chunked")
      guard let comma else { return isChunked }
      guard coding.isToken, !isChunked else { return false }
      start = comma + 1
    }
  }
}
