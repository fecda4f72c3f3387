internal import HTTP

/// The content of a kept answer, wherever it is kept.
struct StoredContent: Sendable {
  private enum Place {
    case memory([UInt8])
    case disk(KeptFile)
  }

  private let place: Place
  /// Nil of what is coded itself, too short to be, or too large.
  let codings: CodedContents?

  init(_ bytes: [UInt8]) {
    place = .memory(bytes)
    codings = bytes.count < CodingRule.least ? nil : CodedContents(of: bytes)
  }

  init(coded bytes: [UInt8]) {
    place = .memory(bytes)
    codings = nil
  }

  init(_ file: KeptFile) {
    place = .disk(file)
    codings = nil
  }

  var file: KeptFile? { if case .disk(let file) = place { file } else { nil } }

  /// In bytes.
  var count: Int {
    switch place {
    case .memory(let bytes): bytes.count
    case .disk(let file): file.length
    }
  }

  /// What it may take in memory, in bytes.
  var memory: Int {
    guard case .memory(let bytes) = place else { return 0 }
    return bytes.count + (codings == nil ? 0 : CodedContents.room(for: bytes))
  }

  var body: Body {
    switch place {
    case .memory(let bytes): .bytes(bytes)
    case .disk(let file): file.body(0, file.length)
    }
  }

  func body(of range: ByteRange) -> Body {
    switch place {
    case .memory(let bytes): .bytes(Array(bytes[range.first...range.last]))
    case .disk(let file): file.body(range.first, range.count)
    }
  }
}
