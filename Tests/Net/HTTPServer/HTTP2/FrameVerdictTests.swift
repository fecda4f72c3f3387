import HTTP
import Loop
import Testing

@testable import HTTPServer

/// What is said of a frame by its head alone, where nghttp2 would say the same later, or at a higher price.
@Suite struct `A frame's judge` {
  private let now = Instant(nanoseconds: 1_000_000_000)

  private func head(_ kind: FrameHead.Kind, _ stream: Int32, _ length: Int, _ flags: UInt8 = 0) -> FrameHead {
    FrameHead(length: length, kind: kind, flags: flags, stream: stream, dependency: nil, start: 0)
  }

  @Test func `stops a section at its size, however little of it would be a field`() {
    let limits = HTTP2Limits()
    var judge = FrameJudge(limits, at: now)
    let verdicts = [
      judge.judge(head(.headers, 1, 16_384), at: now), judge.judge(head(.continuation, 1, limits.sectionSize), at: now),
    ]
    #expect(verdicts == [.pass, .refuse(.enhanceYourCalm)])
  }

  @Test func `counts pieces of a section that are empty, and none that are not`() {
    var limits = HTTP2Limits()
    limits.idleFrames = Allowance.Rate(burst: 1, perSecond: 1)
    var judge = FrameJudge(limits, at: now)
    var verdicts = [judge.judge(head(.headers, 1, 1), at: now)]
    for length in [0, 1, 0] { verdicts.append(judge.judge(head(.continuation, 1, length), at: now)) }
    #expect(verdicts == [.pass, .pass, .pass, .refuse(.enhanceYourCalm)])
  }

  @Test func `takes content of a stream that a later one has closed for a stream's that is closed`() {
    var judge = FrameJudge(HTTP2Limits(), at: now)
    _ = judge.judge(head(.headers, 5, 1), at: now)
    #expect(judge.judge(head(.data, 3, 1), at: now) == .passIfOpen)
    #expect(judge.verdictOnClosed(head(.data, 3, 1)) == .refuse(.streamClosed))
    #expect(judge.verdictOnClosed(head(.headers, 3, 1)) == .refuse(.protocolError))
  }

  @Test func `counts what we reset for a fault of the client, and nothing else that we reset`() {
    var limits = HTTP2Limits()
    limits.resets = Allowance.Rate(burst: 1, perSecond: 1)
    var judge = FrameJudge(limits, at: now)
    let borne = [true, false, true, false].map { judge.streamResetByUs(1, forFault: $0, at: now) }
    #expect(borne == [true, true, false, true])
  }
}
