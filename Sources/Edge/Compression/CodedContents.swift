internal import Compression
internal import HTTP
internal import Loop
internal import Synchronization

/// The codings of one content, each made once, when the first caller would like it, and kept as long as the content.
final class CodedContents: Sendable {
  enum Finding {
    case made([UInt8])
    /// Not yet, or never: it would not be smaller.
    case none
  }

  private enum State {
    case isMaking
    case isDone([UInt8]?)
  }

  private struct Codings {
    var states: [ContentCoding: State] = [:]
    var bytes = 0
  }

  /// More is coded off the loop, for whoever comes after: on it, others would wait for milliseconds.
  private static let mostOnLoop = 16 * 1024

  /// What all codings may take together, in bytes; with more, the last is not kept. As much as the content itself.
  let room: Int
  private let plain: @Sendable () -> [UInt8]
  private let codings = Mutex(Codings())

  /// - Parameter count: of the content, in bytes.
  init(of count: Int, _ plain: @escaping @Sendable () -> [UInt8]) {
    room = count
    self.plain = plain
  }

  func find(_ coding: ContentCoding) -> Finding {
    let state = codings.withLock { codings -> State? in
      let state = codings.states[coding]
      if state == nil { codings.states[coding] = .isMaking }
      return state
    }
    switch state {
    case .isDone(let bytes?): return .made(bytes)
    case .isDone(nil), .isMaking: return .none
    case nil: return make(coding)
    }
  }

  private func make(_ coding: ContentCoding) -> Finding {
    if room <= Self.mostOnLoop { return keep(coding.encode(plain()), coding) }
    let loop = EventLoop.current
    loop.start { [self] in
      let bytes = try? await loop.offload { [self] in coding.encode(plain()) }
      _ = keep(bytes ?? nil, coding)
    }
    return .none
  }

  private func keep(_ bytes: [UInt8]?, _ coding: ContentCoding) -> Finding {
    codings.withLock { codings in
      guard let bytes, bytes.count < room, codings.bytes + bytes.count <= room else {
        codings.states[coding] = .isDone(nil)
        return .none
      }
      codings.bytes += bytes.count
      codings.states[coding] = .isDone(bytes)
      return .made(bytes)
    }
  }
}
