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
    #expect(state.tick(at: start + limits.idleTimeout, queued: 0, taken: 0, limits) == .close)
    state.headStarted(at: start)
    #expect(state.tick(at: start + limits.headTimeout, queued: 0, taken: 0, limits) == .timeOut)
    state.headReceived(hasContent: false, keepAlive: true, at: start)
    #expect(state.tick(at: start + .seconds(3_600), queued: 0, taken: 0, limits) == .nothing)
  }

  @Test func `content buys time by arriving`() {
    var state = ConnectionState(at: start)
    state.headReceived(hasContent: true, keepAlive: true, at: start)
    state.contentArrived(10 * limits.minimumRate)
    #expect(state.tick(at: start + limits.contentTimeout, queued: 0, taken: 0, limits) == .nothing)
    #expect(state.tick(at: start + limits.contentTimeout + .seconds(10), queued: 0, taken: 0, limits) == .timeOut)
    state.contentPaused()
    #expect(state.tick(at: start + .seconds(3_600), queued: 0, taken: 0, limits) == .nothing)
  }

  @Test func `a reader buys time by reading, and is dropped when it takes too little`() {
    var state = ConnectionState(at: start)
    state.headReceived(hasContent: false, keepAlive: true, at: start)
    #expect(state.tick(at: start, queued: 100, taken: 5_000, limits) == .nothing)
    let taken = 5_000 + UInt64(10 * limits.minimumRate)
    let end = start + limits.writeTimeout + .seconds(10)
    #expect(state.tick(at: end + .milliseconds(-1), queued: 90, taken: taken, limits) == .nothing)
    #expect(state.tick(at: end, queued: 80, taken: taken, limits) == .close)
  }

  @Test func `a reader that has caught up has all its time again`() {
    var state = ConnectionState(at: start)
    state.headReceived(hasContent: false, keepAlive: true, at: start)
    #expect(state.tick(at: start, queued: 100, taken: 0, limits) == .nothing)
    #expect(state.tick(at: start + limits.writeTimeout, queued: 0, taken: 100, limits) == .nothing)
    #expect(state.tick(at: start + limits.writeTimeout * 1.5, queued: 100, taken: 100, limits) == .nothing)
    #expect(state.tick(at: start + limits.writeTimeout * 2, queued: 100, taken: 100, limits) == .nothing)
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
