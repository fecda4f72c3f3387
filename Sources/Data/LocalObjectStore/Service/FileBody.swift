internal import HTTP
internal import Loop

/// An object's bytes, or a range of them, read from its file as the client takes them.
final class FileBody: BodySource {
  /// Bytes a read: enough that the trip to the worker pool is lost in it.
  private static let pieceSize: Int64 = 256 * 1_024

  private let loop: EventLoop
  private let file: OpenFile
  private var offset: Int64
  private let end: Int64

  init(_ file: OpenFile, _ range: ByteRange, on loop: EventLoop) {
    self.file = file
    self.loop = loop
    offset = Int64(range.first)
    end = Int64(range.first + range.count)
  }

  func next() async throws -> [UInt8]? {
    guard offset < end else { return nil }
    let count = Int(min(Self.pieceSize, end - offset))
    let piece = try await loop.offload { [file, offset] in try file.read(count, at: offset) }
    guard !piece.isEmpty else { throw FileError.endedEarly }
    offset += Int64(piece.count)
    return piece
  }
}
