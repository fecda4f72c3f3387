internal import HTTP
internal import HTTPServer
internal import Loop

/// The content of a kept answer, wherever it is kept.
struct StoredContent: Sendable {
  private enum Place {
    case memory([UInt8])
    case pages(MemoryFile)
    case disk(KeptFile)
  }

  private let place: Place
  /// Nil of what is coded itself, too short to be, or too large.
  let codings: CodedContents?

  /// From that many bytes on, to copy content into a socket costs more than the question where it lies.
  private static let leastPages = 256 * 1024

  init(_ bytes: [UInt8]) {
    let codings = bytes.count < CodingRule.least ? nil : CodedContents(of: bytes.count) { bytes }
    self.init(.memory(bytes), codings)
  }

  /// What is large lies where the kernel can send it from without a copy.
  init(forClientsInClear bytes: [UInt8]) {
    guard bytes.count >= Self.leastPages, let file = MemoryFile(bytes) else {
      self.init(bytes)
      return
    }
    self.init(.pages(file), CodedContents(of: file.count) { file.read(0..<file.count) })
  }

  init(coded bytes: [UInt8]) {
    self.init(.memory(bytes), nil)
  }

  init(_ file: KeptFile) {
    self.init(.disk(file), nil)
  }

  private init(_ place: Place, _ codings: CodedContents?) {
    self.place = place
    self.codings = codings
  }

  var file: KeptFile? { if case .disk(let file) = place { file } else { nil } }

  /// In bytes.
  var count: Int {
    switch place {
    case .memory(let bytes): bytes.count
    case .pages(let file): file.count
    case .disk(let file): file.length
    }
  }

  /// What it may take in memory, in bytes.
  var memory: Int {
    if case .disk = place { return 0 }
    return count + (codings?.room ?? 0)
  }

  var body: Body {
    switch place {
    case .memory(let bytes): .bytes(bytes)
    case .pages(let file): .stream(PagesBody(file, 0, file.count), length: file.count)
    case .disk(let file): file.body(0, file.length)
    }
  }

  func body(of range: ByteRange) -> Body {
    switch place {
    case .memory(let bytes): .bytes(Array(bytes[range.first...range.last]))
    case .pages(let file): .stream(PagesBody(file, range.first, range.count), length: range.count)
    case .disk(let file): file.body(range.first, range.count)
    }
  }
}

private final class PagesBody: FileContent {
  /// Of what clients over TLS or HTTP/2 get, in bytes.
  private static let piece = 64 * 1024

  private let file: MemoryFile
  private var position: Int
  private let end: Int

  init(_ file: MemoryFile, _ first: Int, _ count: Int) {
    self.file = file
    position = first
    end = first + count
  }

  func next() async throws -> [UInt8]? {
    guard position < end else { return nil }
    let last = min(end, position + Self.piece)
    defer { position = last }
    return file.read(position..<last)
  }

  func nextPart() async throws -> FilePart? {
    guard position < end else { return nil }
    defer { position = end }
    return FilePart(file, position, end - position)
  }
}
