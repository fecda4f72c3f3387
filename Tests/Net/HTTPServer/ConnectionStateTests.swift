import Loop
import Testing

@testable import HTTPServer

@Suite struct `A connection's state` {
  private let limits = Limits()
  private let start = Instant(nanoseconds: 1_000)

  @Test func `an exchange that keeps alive is followed by the next`() {
    var state = ConnectionState(at: start)
    state.headStarted(at: start)
    state.headReceived(hasContent: false, keepAlive: true, at: start)
    #expect(state.answerEnded(at: start) == .next && state.phase == .idle)
  }

  @Test func `deadlines follow the phase`() {
    var state = ConnectionState(at: start)
    #expect(state.tick(at: start + limits.idleTimeout, queued: 0, limits) == .close)
    state.headStarted(at: start)
    #expect(state.tick(at: start + limits.headTimeout, queued: 0, limits) == .timeOut)
    state.headReceived(hasContent: false, keepAlive: true, at: start)
    #expect(state.tick(at: start + .seconds(3_600), queued: 0, limits) == .nothing)
  }

  @Test func `content buys time by arriving`() {
    var state = ConnectionState(at: start)
    state.headReceived(hasContent: true, keepAlive: true, at: start)
    state.contentArrived(10 * limits.minimumRate)
    #expect(state.tick(at: start + limits.contentTimeout, queued: 0, limits) == .nothing)
    #expect(state.tick(at: start + limits.contentTimeout + .seconds(10), queued: 0, limits) == .timeOut)
    state.contentPaused()
    #expect(state.tick(at: start + .seconds(3_600), queued: 0, limits) == .nothing)
  }

  @Test func `a reader is gone when nothing moves, however slow it is while it moves`() {
    var state = ConnectionState(at: start)
    state.headReceived(hasContent: false, keepAlive: true, at: start)
    for step in 0..<10 {
      #expect(state.tick(at: start + limits.writeTimeout * step, queued: 100 - step, limits) == .nothing)
    }
    #expect(state.tick(at: start + limits.writeTimeout * 10, queued: 91, limits) == .close)
  }

  @Test func `the client's end lets the answer finish, and nothing else`() {
    var state = ConnectionState(at: start)
    #expect(state.inputEnded() == .close)
    state = ConnectionState(at: start)
    state.headReceived(hasContent: false, keepAlive: true, at: start)
    #expect(state.inputEnded() == .nothing && state.answerEnded(at: start) == .linger)
  }

  @Test func `draining closes the idle at once, or after they have read their answer`() {
    var state = ConnectionState(at: start)
    #expect(state.drainStarted(at: start, queued: 5) == .linger)
    state = ConnectionState(at: start)
    #expect(state.drainStarted(at: start, queued: 0) == .close)
  }
}
