internal import FoundationEssentials
internal import Glibc
internal import Logging
package import Loop
package import Publication

/// The last published state that an edge has seen, on disk: it starts from it while the origin is away.
package final class PublicationFile {
  private let path: String
  private let loop: EventLoop
  private var isWriting = false
  /// What came while another was written: of several, the last.
  private var next: PublishedState?
  private let log = Logger(label: "edge.publication")

  /// - Parameter folder: exists, and is ours alone to write.
  package init(in folder: String, on loop: EventLoop) {
    path = Self.path(in: folder)
    self.loop = loop
  }

  /// Blocks: for the start. Nil when there is none, or none that can be read; the origin will tell.
  package static func read(in folder: String) -> PublishedState? {
    guard let bytes = FileManager.default.contents(atPath: path(in: folder)) else { return nil }
    do throws(PublicationCodec.Failure) { return try PublicationCodec.decodeState([UInt8](bytes)) } catch {
      let why: Logger.MetadataValue = "\(error)"
      Logger(label: "edge.publication").warning("the state on disk cannot be read", metadata: ["error": why])
      return nil
    }
  }

  private static func path(in folder: String) -> String { "\(folder)/publication.json" }

  /// Off the loop, and one at a time. A disk that fails costs the next start its state, and no request anything.
  package func keep(_ state: PublishedState) {
    next = state
    guard !isWriting else { return }
    isWriting = true
    loop.start { await self.write() }
  }

  private func write() async {
    while let state = next {
      next = nil
      let path = path
      do { try await loop.offload { try Self.write(PublicationCodec.encode(state), to: path) } } catch {
        log.error("the state cannot be kept on disk", metadata: ["path": "\(path)", "error": "\(error)"])
      }
    }
    isWriting = false
  }

  /// Whole or not at all, also through a power failure.
  private static func write(_ bytes: [UInt8], to path: String) throws(Failure) {
    let file = unsafe open("\(path).new", O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o600)
    guard file >= 0 else { throw Failure() }
    var written = 0
    while written < bytes.count {
      let count = unsafe bytes.withUnsafeBytes { bytes in
        unsafe Glibc.write(file, bytes.baseAddress! + written, bytes.count - written)
      }
      guard count > 0 else { break }
      written += count
    }
    let isWhole = written == bytes.count && fsync(file) == 0
    guard close(file) == 0, isWhole, unsafe rename("\(path).new", path) == 0 else { throw Failure() }
  }

  private struct Failure: Error, CustomStringConvertible {
    let description = unsafe String(cString: strerror(errno))
  }
}
