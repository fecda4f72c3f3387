/// What stands at the start of a frame. Source: RFC 9113 §4.1.
struct FrameHead: Equatable {
  /// Source: RFC 9113 §6, RFC 9218 §7.1.
  enum Kind: UInt8 {
    case data, headers, priority, resetStream, settings, pushPromise, ping, goAway, windowUpdate, continuation
    case priorityUpdate = 0x10
  }

  let length: Int
  /// Nil for one that the standard does not know.
  let kind: Kind?
  let flags: UInt8
  let stream: Int32
  /// Of a frame that carries a priority: the other stream that it names.
  let dependency: Int32?
  /// Where in the bytes it starts; 0 when it has started in earlier ones.
  let start: Int

  var endsStream: Bool { flags & 0x01 != 0 }
  var endsSection: Bool { flags & 0x04 != 0 }
}

/// Finds the frames' heads among the bytes of a connection, while something else reads what the frames say.
struct FrameWalker {
  /// Of the client's preface first, then of each frame's payload.
  private var skip = 24
  private var gathered: [UInt8] = []
  private var wanted = Self.headSize
  private var start = 0

  private static let headSize = 9

  /// The rest of a frame, or of its head, is still to come.
  var isInsideFrame: Bool { skip > 0 || !gathered.isEmpty }

  /// The next head that is complete; nil when the bytes are used up. `offset` is moved behind it.
  mutating func next(in bytes: Span<UInt8>, from offset: inout Int) -> FrameHead? {
    while offset < bytes.count {
      if skip > 0 {
        let step = min(skip, bytes.count - offset)
        skip -= step
        offset += step
        continue
      }
      if gathered.isEmpty { start = offset }
      gathered.append(bytes[offset])
      offset += 1
      if gathered.count == Self.headSize { wanted += priorityOffset.map { $0 + 4 } ?? 0 }
      if gathered.count == wanted { return finish() }
    }
    start = 0
    return nil
  }

  private mutating func finish() -> FrameHead {
    let dependency = priorityOffset.map { number(at: Self.headSize + $0) }
    let head = FrameHead(
      length: length, kind: FrameHead.Kind(rawValue: gathered[3]), flags: gathered[4], stream: number(at: 5),
      dependency: dependency, start: start)
    skip = length - (wanted - Self.headSize)
    wanted = Self.headSize
    start = 0
    gathered.removeAll(keepingCapacity: true)
    return head
  }

  private var length: Int { Int(gathered[0]) << 16 | Int(gathered[1]) << 8 | Int(gathered[2]) }

  /// Where in the payload a priority stands; nil without one, and when the payload is too short for it.
  private var priorityOffset: Int? {
    let isPadded = gathered[4] & 0x08 != 0
    switch FrameHead.Kind(rawValue: gathered[3]) {
    case .priority where length == 5: return 0
    case .priorityUpdate where length >= 4: return 0
    case .headers where gathered[4] & 0x20 != 0 && length >= (isPadded ? 6 : 5): return isPadded ? 1 : 0
    default: return nil
    }
  }

  /// 31 bits: the highest one means something else, or nothing.
  private func number(at index: Int) -> Int32 {
    let high = Int32(gathered[index] & 0x7F) << 24 | Int32(gathered[index + 1]) << 16
    return high | Int32(gathered[index + 2]) << 8 | Int32(gathered[index + 3])
  }
}
