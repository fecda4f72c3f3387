internal import HTTP
internal import HTTPClient
internal import Loop

/// An answer on its way from the origin, for all who want it: each reads what has come already, and then the rest as it
/// comes. While it fits, all of it is held, to be kept; a larger one goes on as fast as its slowest reader.
final class Filling {
  /// Without its content.
  let head: StoredAnswer
  /// In bytes; nil when only the end will tell.
  let length: Int?
  private let limit: Int
  private let source: ClientResponse
  private var bytes: [UInt8] = []
  /// Where in the content `bytes` begins.
  private var start = 0
  private var end: Result<Void, HTTPClientError>?
  private var positions: [ObjectIdentifier: Int] = [:]
  private var waiters: [() -> Void] = []
  private var pump: (() -> Void)?

  /// Of a content that is too large to be held, so much may wait for a slow reader.
  private static let window = 256 * 1024

  /// - Parameter limit: of what may be held, in bytes.
  init(_ head: StoredAnswer, from source: ClientResponse, limit: Int) {
    self.head = head
    self.source = source
    self.limit = limit
    length = source.length
  }

  /// Its start is here still.
  var isWhole: Bool { start == 0 }

  /// Reads on until the end; the whole content, when it was held to its end.
  func run() async -> [UInt8]? {
    do throws(HTTPClientError) {
      while let piece = try await source.next() {
        bytes += piece
        wakeReaders()
        if start + bytes.count > limit { await slowDown() }
        if !isWhole, positions.isEmpty { break }
      }
      end = .success(())
    } catch {
      end = .failure(error)
    }
    wakeReaders()
    guard isWhole, bytes.count <= limit, case .success? = end else { return nil }
    return bytes
  }

  func reader() -> any BodySource { FillingReader(self) }

  private func slowDown() async {
    while true {
      let slowest = positions.values.min() ?? start + bytes.count
      bytes.removeFirst(slowest - start)
      start = slowest
      guard bytes.count > Self.window else { return }
      unsafe await withUnsafeContinuation { continuation in pump = { unsafe continuation.resume() } }
    }
  }

  private func wakeReaders() {
    let resumes = waiters
    waiters = []
    for resume in resumes { resume() }
  }

  private func wakePump() {
    let resume = pump
    pump = nil
    resume?()
  }

  // MARK: Of one reader

  fileprivate func join(_ reader: FillingReader) { positions[ObjectIdentifier(reader)] = 0 }

  fileprivate func leave(_ reader: ObjectIdentifier) {
    positions[reader] = nil
    wakePump()
  }

  fileprivate func next(for reader: FillingReader) async throws -> [UInt8]? {
    while true {
      let position = positions[ObjectIdentifier(reader)] ?? 0
      if position < start + bytes.count {
        let piece = Array(bytes[(position - start)...])
        positions[ObjectIdentifier(reader)] = position + piece.count
        wakePump()
        return piece
      }
      if let end {
        try end.get()
        return nil
      }
      unsafe await withUnsafeContinuation { continuation in waiters.append { unsafe continuation.resume() } }
    }
  }
}

private final class FillingReader: BodySource {
  private let filling: Filling

  init(_ filling: Filling) {
    self.filling = filling
    filling.join(self)
  }

  deinit { filling.leave(ObjectIdentifier(self)) }

  func next() async throws -> [UInt8]? { try await filling.next(for: self) }
}
