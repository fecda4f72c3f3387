import HTTP
import Loop
import Support
import Testing

@testable import HTTPServer

@Suite struct `Frames' heads` {
  private func heads(_ bytes: [UInt8], inPiecesOf size: Int) -> [FrameHead] {
    var walker = FrameWalker()
    var heads: [FrameHead] = []
    var rest = bytes[...]
    while !rest.isEmpty {
      let piece = Array(rest.prefix(size))
      rest = rest.dropFirst(size)
      var offset = 0
      while let head = walker.next(in: piece.span, from: &offset) { heads.append(head) }
    }
    #expect(!walker.isInsideFrame)
    return heads
  }

  @Test(arguments: [1, 2, 7, 1_000])
  func `are found however the bytes are cut`(size: Int) {
    let frames: [Frame] = [.settings([1: 2]), .get(1), .data(1, "hello"), .priority(3, on: 3), .ping(), .data(3, "")]
    let found = heads(FrameClient.preface + frames.flatMap(\.bytes), inPiecesOf: size)
    #expect(found.map(\.kind) == [.settings, .headers, .data, .priority, .ping, .data])
    #expect(found.map(\.length) == frames.map(\.payload.count) && found.map(\.stream) == [0, 1, 1, 3, 0, 3])
    #expect(found.map(\.dependency) == [nil, nil, nil, 3, nil, nil])
  }

  @Test func `know where they start, and the stream that they depend on`() {
    let padded = Frame(type: 1, flags: 0x2C, stream: 5, payload: [0] + UInt32(0x8000_0007).bytes + [1])
    let short = Frame(type: 2, stream: 5, payload: [0, 0, 0, 5])
    let found = heads(FrameClient.preface + padded.bytes + short.bytes, inPiecesOf: 1_000)
    #expect(found.map(\.dependency) == [7, nil] && found.map(\.start) == [24, 24 + 15])
    #expect(found[0].endsSection && !found[0].endsStream)
  }
}

@Suite struct `An allowance` {
  @Test func `is spent at once and regained with time, never beyond its burst`() {
    let start = Instant(nanoseconds: 1_000_000_000)
    var allowance = Allowance(Allowance.Rate(burst: 3, perSecond: 2), at: start)
    for isLeft in [true, true, true, false] { #expect(allowance.spend(at: start) == isLeft) }
    let isLeft = allowance.spend(at: start + .seconds(2))
    #expect(isLeft)
    allowance.regain(9)
    for isLeft in [true, true, true, false] { #expect(allowance.spend(at: start + .seconds(2)) == isLeft) }
  }
}

@Suite struct `Time on an HTTP/2 connection` {
  private let start = Instant(nanoseconds: 1_000_000_000)

  private func frame(_ frame: Frame) -> FrameHead {
    var walker = FrameWalker()
    var offset = 0
    return walker.next(in: (FrameClient.preface + frame.bytes).span, from: &offset)!
  }

  @Test func `is short for the first settings and for a section, long for silence`() {
    let limits = Limits()
    var pace = HTTP2Pace(at: start)
    #expect(pace.tick(at: start + .seconds(10), queued: 0, taken: 0, limits) == .timeOut)
    pace.settled()
    #expect(pace.tick(at: start + .seconds(74), queued: 0, taken: 0, limits) == .nothing)
    #expect(pace.tick(at: start + .seconds(75), queued: 0, taken: 0, limits) == .finish)
    pace.streamsOpened()
    #expect(pace.tick(at: start + .seconds(75), queued: 0, taken: 0, limits) == .nothing)
    pace.frameStarted(frame(.headers(1, [], 0)), at: start)
    pace.frameStarted(frame(.continuation(1, [], 0)), at: start + .seconds(9))
    #expect(pace.tick(at: start + .seconds(10), queued: 0, taken: 0, limits) == .timeOut)
    pace.frameStarted(frame(.continuation(1, [])), at: start)
    pace.bytesRead(isInsideFrame: false)
    #expect(pace.tick(at: start + .seconds(10), queued: 0, taken: 0, limits) == .nothing)
  }

  @Test func `runs out for a reader that takes nothing, and for one that does not go`() {
    let limits = Limits()
    var pace = HTTP2Pace(at: start)
    pace.settled()
    pace.streamsOpened()
    let bought = UInt64(10 * limits.minimumRate)
    #expect(pace.tick(at: start, queued: 9, taken: 0, limits) == .nothing)
    #expect(pace.tick(at: start + .seconds(29), queued: 8, taken: 1, limits) == .nothing)
    #expect(pace.tick(at: start + .seconds(39), queued: 8, taken: bought, limits) == .nothing)
    #expect(pace.tick(at: start + .seconds(40), queued: 7, taken: bought + 1, limits) == .close)
    pace.lingers(from: start)
    #expect(pace.tick(at: start + .seconds(2), queued: 0, taken: 0, limits) == .close)
  }
}
