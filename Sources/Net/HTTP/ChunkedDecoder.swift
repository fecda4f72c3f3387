/// Takes chunked framing off content, strictly. Trailer fields are checked and dropped. Source: RFC 9112 §7.1.
package struct ChunkedDecoder {
  private enum State { case sizeStart, size, `extension`, sizeLF, data, dataCR, dataLF, trailer }

  private var state = State.sizeStart
  /// Bytes of the current chunk still to come.
  private var remaining = 0
  private var sizeDigits = 0
  private var extensions = ChunkExtensions()
  /// Extensions and trailers say nothing to us: together at most this many bytes, because they cost a read each.
  private var overhead = 4 * 1024
  private var trailerLine: [UInt8] = []

  package init() {}

  package enum Progress: Equatable {
    /// Everything was consumed.
    case needsMore
    /// The content ended after that many bytes; what follows is the next message.
    case complete(consumed: Int)
  }

  /// Appends the content found to `output`.
  package mutating func decode(_ bytes: Span<UInt8>, into output: inout [UInt8]) throws(ParseError) -> Progress {
    var index = 0
    while index < bytes.count {
      if state == .data {
        let count = min(remaining, bytes.count - index)
        output.append(copying: bytes.extracting(index..<index + count))
        index += count
        remaining -= count
        if remaining == 0 { state = .dataCR }
        continue
      }
      let byte = bytes[index]
      index += 1
      if state == .trailer {
        if try trailerEnds(with: byte) { return .complete(consumed: index) }
      } else {
        try frame(byte)
      }
    }
    return .needsMore
  }

  private mutating func frame(_ byte: UInt8) throws(ParseError) {
    switch state {
    case .sizeStart, .size: try size(byte)
    case .extension:
      try spendOverhead()
      if byte == 0x0D, extensions.isWhole { state = .sizeLF } else { try extensions.note(byte) }
    case .sizeLF:
      guard byte == 0x0A else { throw .badChunk }
      state = remaining > 0 ? .data : .trailer
    case .dataCR:
      guard byte == 0x0D else { throw .badChunk }
      state = .dataLF
    case .dataLF:
      guard byte == 0x0A else { throw .badChunk }
      (state, sizeDigits) = (.sizeStart, 0)
    case .data, .trailer: break
    }
  }

  /// 1*HEXDIG, of which 15 fit any file; then CR, or an extension's semicolon.
  private mutating func size(_ byte: UInt8) throws(ParseError) {
    if let digit = byte.hexValue {
      guard sizeDigits < 15 else { throw .badChunk }
      remaining = remaining << 4 | Int(digit)
      sizeDigits += 1
      state = .size
    } else if state == .size, byte == 0x0D {
      state = .sizeLF
    } else if state == .size, byte == UInt8(ascii: ";") {
      (state, extensions) = (.extension, ChunkExtensions())
    } else {
      throw .badChunk
    }
  }

  private mutating func trailerEnds(with byte: UInt8) throws(ParseError) -> Bool {
    try spendOverhead()
    guard byte == 0x0A else {
      trailerLine.append(byte)
      return false
    }
    guard trailerLine.popLast() == 0x0D else { throw .badLineEnd }
    guard !trailerLine.isEmpty else { return true }
    _ = try FieldLine(0..<trailerLine.count, of: trailerLine.span)
    trailerLine.removeAll(keepingCapacity: true)
    return false
  }

  private mutating func spendOverhead() throws(ParseError) {
    overhead -= 1
    guard overhead >= 0 else { throw .badChunk }
  }
}
