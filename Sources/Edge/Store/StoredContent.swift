internal import HTTP

/// The content of a kept answer, wherever it is kept.
struct StoredContent: Sendable {
  private let bytes: [UInt8]

  init(_ bytes: [UInt8]) { self.bytes = bytes }

  /// In bytes.
  var count: Int { bytes.count }
  /// What it takes in memory, in bytes.
  var memory: Int { bytes.count }

  var body: Body { .bytes(bytes) }

  func body(of range: ByteRange) -> Body { .bytes(Array(bytes[range.first...range.last])) }
}
