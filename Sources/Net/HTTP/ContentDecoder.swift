/// Takes the framing off content, whichever framing it is. Source: RFC 9112 §6.
package enum ContentDecoder {
  /// Bytes still to come; Int.max when only the connection's end will tell.
  case counted(remaining: Int)
  case chunked(ChunkedDecoder)

  package init(_ framing: Framing) {
    self =
      switch framing {
      case .none: .counted(remaining: 0)
      case .length(let length): .counted(remaining: length)
      case .chunked: .chunked(ChunkedDecoder())
      case .untilClose: .counted(remaining: .max)
      }
  }

  /// Appends the content found to `output`.
  package mutating func decode(
    _ bytes: Span<UInt8>, into output: inout [UInt8]
  ) throws(ParseError) -> ChunkedDecoder.Progress {
    switch self {
    case .counted(let remaining):
      let count = min(remaining, bytes.count)
      output.append(copying: bytes.extracting(0..<count))
      if remaining != .max { self = .counted(remaining: remaining - count) }
      return count == remaining ? .complete(consumed: count) : .needsMore
    case .chunked(var decoder):
      defer { self = .chunked(decoder) }
      return try decoder.decode(bytes, into: &output)
    }
  }
}
