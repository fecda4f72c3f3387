package import Loop

/// Waits until `condition` holds, asking every few milliseconds. The time counts from now, not from the loop's tick: a
/// test may have blocked its loop.
package func eventually(
  _ what: String, on loop: EventLoop, within deadline: Duration = .seconds(10), _ condition: () async -> Bool
) async throws {
  let end = loop.exactNow + deadline
  while await !condition() {
    guard loop.exactNow < end else { throw DeadlinePassed(what: what) }
    await loop.sleep(for: .milliseconds(5))
  }
}
