internal import HTTP

/// The content of a kept answer, wherever it is kept.
struct StoredContent: Sendable {
  private let bytes: [UInt8]
  /// Nil of what is coded itself, or too short to be.
  let codings: CodedContents?

  init(_ bytes: [UInt8]) {
    self.bytes = bytes
    codings = bytes.count < CodingRule.least ? nil : CodedContents(of: bytes)
  }

  init(coded bytes: [UInt8]) {
    self.bytes = bytes
    codings = nil
  }

  /// In bytes.
  var count: Int { bytes.count }
  /// What it may take in memory, in bytes.
  var memory: Int { bytes.count + (codings == nil ? 0 : CodedContents.room(for: bytes)) }

  var body: Body { .bytes(bytes) }

  func body(of range: ByteRange) -> Body { .bytes(Array(bytes[range.first...range.last])) }
}
