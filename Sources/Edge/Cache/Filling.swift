internal import HTTP
internal import HTTPClient
internal import Loop

/// An answer on its way from the origin, for all who want it: each reads what has come already, and then the rest as it
/// comes. While it fits, all of it is held, to be kept. What is too large for that goes to disk, and is read from there
/// by who comes later; without a disk it goes on as fast as its slowest reader.
final class Filling {
  /// Without its content.
  let head: StoredAnswer
  /// In bytes; nil when only the end will tell.
  let length: Int?
  private let limit: Int
  private let source: ClientResponse
  private let file: DiskFill?
  private var bytes: [UInt8] = []
  /// Where in the content `bytes` begins.
  private var start = 0
  private var end: Result<Void, HTTPClientError>?
  private var positions: [ObjectIdentifier: Int] = [:]
  /// Whoever wanted it has left.
  private var isDeserted = false
  private var waiters: [() -> Void] = []
  private var pump: (() -> Void)?

  /// Of a content that is too large to be held, so much may wait for a slow reader.
  private static let window = 256 * 1024

  /// - Parameters:
  ///   - limit: of what may be held, in bytes.
  ///   - file: for what is larger.
  init(_ head: StoredAnswer, from source: ClientResponse, limit: Int, file: DiskFill? = nil) {
    self.head = head
    self.source = source
    self.limit = limit
    self.file = file
    length = source.length
  }

  /// Newcomers can be given it from its start.
  var canBeJoined: Bool {
    if case .failure? = end { return false }
    return start == 0 || file?.isGivenUp == false
  }

  /// It is kept, unless it breaks off. Without a length nobody knows yet whether there is room for it.
  var willBeKept: Bool {
    guard let length else { return false }
    return length <= limit || file?.isGivenUp == false
  }

  /// Reads on until the end.
  /// - Parameter keep: takes what has come whole and does not go to disk.
  func run(keep: ([UInt8]) -> Void) async {
    do throws(HTTPClientError) {
      while let piece = try await source.next() {
        bytes += piece
        wakeReaders()
        if let file { await spill(to: file) }
        if start + bytes.count > limit, file?.isGivenUp != false { await slowDown() }
        guard isWanted else { throw .connectionLost(reason: "nobody wants it any more") }
      }
      end = .success(())
    } catch {
      end = .failure(error)
    }
    // They have all of it: until it is on disk too they need not wait.
    wakeReaders()
    guard case .success? = end else { return }
    if let file {
      await file.keep(bytes) { head.with($0) }
    } else if start == 0, bytes.count <= limit {
      keep(bytes)
    }
  }

  /// All of it, or a stretch, to one who wants it.
  func body(of range: ByteRange? = nil) -> Body {
    let reader = FillingReader(self, from: range?.first ?? 0, to: range.map { $0.last + 1 })
    return .stream(reader, length: range?.count ?? length)
  }

  private func spill(to file: DiskFill) async {
    while !file.isGivenUp, bytes.count >= DiskRecord.block, await file.append(Array(bytes[..<DiskRecord.block])) {
      bytes.removeFirst(DiskRecord.block)
      start += DiskRecord.block
    }
  }

  /// What is small, or goes to disk, is worth its end to those who will come; but no large one to whom all have left.
  private var isWanted: Bool {
    if !positions.isEmpty { return true }
    guard let file else { return start == 0 }
    return !file.isGivenUp && !isDeserted
  }

  private func slowDown() async {
    while true {
      let slowest = min(max(start, positions.values.min() ?? .max), start + bytes.count)
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

  fileprivate func join(_ reader: FillingReader, at position: Int) {
    positions[ObjectIdentifier(reader)] = position
    isDeserted = false
  }

  fileprivate func leave(_ reader: ObjectIdentifier) {
    positions[reader] = nil
    isDeserted = positions.isEmpty
    wakePump()
  }

  /// - Parameter last: where what the reader wants ends; nil: with the content.
  fileprivate func next(for reader: FillingReader, to last: Int?) async throws -> [UInt8]? {
    while true {
      let position = positions[ObjectIdentifier(reader)] ?? 0
      if let last, position >= last { return nil }
      if let piece = try await piece(at: position) {
        let piece = last.map { Array(piece.prefix($0 - position)) } ?? Array(piece)
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

  /// What is there from that place on; nil when nothing is yet.
  private func piece(at position: Int) async throws -> ArraySlice<UInt8>? {
    if position < start, let file { return try await file.block(at: position) }
    return position < start + bytes.count ? bytes[(position - start)...] : nil
  }
}

private final class FillingReader: BodySource {
  private let filling: Filling
  private let end: Int?

  init(_ filling: Filling, from start: Int, to end: Int?) {
    self.filling = filling
    self.end = end
    filling.join(self, at: start)
  }

  deinit { filling.leave(ObjectIdentifier(self)) }

  func next() async throws -> [UInt8]? { try await filling.next(for: self, to: end) }
}
