package import Loop

/// Waits until `condition` holds, asking every few milliseconds.
package func eventually(
  _ what: String, on loop: EventLoop, within deadline: Duration = .seconds(10), _ condition: () async -> Bool
) async throws {
  let end = loop.now + deadline
  while await !condition() {
    guard loop.now < end else { throw DeadlinePassed(what: what) }
    await loop.sleep(for: .milliseconds(5))
  }
}
