import Loop
import Testing

@Suite struct `Instants` {
  @Test func `a duration added and subtracted is the duration`() {
    let start = Instant(nanoseconds: 1_000)
    #expect((start + .milliseconds(5)) - start == .milliseconds(5))
  }
}
