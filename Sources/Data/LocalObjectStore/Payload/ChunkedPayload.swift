internal import Signing

/// Why a body is refused. Nothing of it is kept.
enum PayloadError: Error, Equatable, Sendable {
  case malformedChunk
  case chunkSignature
  /// Ended before its announced length, or went on after it.
  case length
  case sha256
  case md5
  case checksum
  /// A checksum was announced as a trailing field and did not come.
  case missingTrailer
}

/// Decodes an aws-chunked body as it arrives, checking each chunk's signature.
///
/// A chunk's bytes are handed on before its signature is known: the caller keeps nothing until `isComplete`.
/// Source: AWS, "Signature Calculations for the Authorization Header: Transferring Payload in Multiple Chunks".
struct ChunkedPayload {
  private enum State { case header, data(left: Int), dataEnd, trailer, complete }

  /// A chunk's header or a trailing field, in bytes: a signature and a length, or a checksum, fit many times.
  private static let longestLine = 1_024

  /// Trailing fields, names in lower case; whole once `isComplete`.
  private(set) var trailer: [RecordText.Field] = []
  private var state = State.header
  private var line: [UInt8] = []
  private var hash = SHA256()
  private var signature = ""
  private var verifier: SigV4ChunkVerifier?
  private let hasTrailer: Bool

  /// Without a verifier, chunks are not signed.
  init(verifier: SigV4ChunkVerifier?, hasTrailer: Bool) {
    self.verifier = verifier
    self.hasTrailer = hasTrailer
  }

  var isComplete: Bool { if case .complete = state { true } else { false } }

  /// The content among these bytes.
  mutating func decode(_ bytes: [UInt8]) throws(PayloadError) -> [UInt8] {
    var content: [UInt8] = []
    var index = 0
    while index < bytes.count {
      switch state {
      case .data(let left):
        let piece = bytes[index..<min(index + left, bytes.count)]
        if verifier != nil { hash.update(Array(piece).span) }
        content += piece
        index += piece.count
        state = piece.count == left ? .dataEnd : .data(left: left - piece.count)
      case .complete:
        throw .malformedChunk
      case .header, .dataEnd, .trailer:
        if try take(bytes[index]) { try finishLine() }
        index += 1
      }
    }
    return content
  }

  /// True at a line's end.
  private mutating func take(_ byte: UInt8) throws(PayloadError) -> Bool {
    if byte == UInt8(ascii: "\n") {
      guard line.popLast() == UInt8(ascii: "\r") else { throw .malformedChunk }
      return true
    }
    guard line.count < Self.longestLine else { throw .malformedChunk }
    line.append(byte)
    return false
  }

  private mutating func finishLine() throws(PayloadError) {
    let text = String(decoding: line, as: UTF8.self)
    line.removeAll(keepingCapacity: true)
    switch state {
    case .header: try startChunk(text)
    case .dataEnd: try endChunk(text)
    case .trailer: try takeTrailer(text)
    case .data, .complete: break
    }
  }

  private mutating func startChunk(_ header: String) throws(PayloadError) {
    let parts = header.split(separator: ";", maxSplits: 1, omittingEmptySubsequences: false)
    let digits = parts[0]
    guard (1...8).contains(digits.utf8.count), digits.allSatisfy(\.isHexDigit), let size = Int(digits, radix: 16) else {
      throw .malformedChunk
    }
    if verifier != nil {
      guard parts.count == 2, parts[1].hasPrefix("chunk-signature=") else { throw .malformedChunk }
      signature = String(parts[1].dropFirst(16))
      hash = SHA256()
    }
    if size > 0 {
      state = .data(left: size)
    } else {
      try checkSignature()
      state = .trailer
    }
  }

  private mutating func endChunk(_ rest: String) throws(PayloadError) {
    guard rest.isEmpty else { throw .malformedChunk }
    try checkSignature()
    state = .header
  }

  private mutating func checkSignature() throws(PayloadError) {
    guard verifier != nil else { return }
    guard verifier!.accepts(hash.finish(), signature: signature) else { throw .chunkSignature }
  }

  private mutating func takeTrailer(_ field: String) throws(PayloadError) {
    guard !field.isEmpty else {
      if hasTrailer, verifier != nil { try checkTrailerSignature() }
      state = .complete
      return
    }
    guard hasTrailer, trailer.count < 8, let colon = field.firstIndex(of: ":") else { throw .malformedChunk }
    let value = field[field.index(after: colon)...].drop { $0 == " " }
    trailer.append(.init(field[..<colon].lowercased(), String(value)))
  }

  private mutating func checkTrailerSignature() throws(PayloadError) {
    guard let last = trailer.popLast(), last.name == "x-amz-trailer-signature" else { throw .malformedChunk }
    let signed = trailer.map { "\($0.name):\($0.value)\n" }.joined()
    guard verifier!.accepts(trailer: Array(signed.utf8), signature: last.value) else { throw .chunkSignature }
  }
}
