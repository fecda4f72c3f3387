package import Loop

/// Runs `count` operations at once on the loop and returns their results in order.
package func concurrently<T>(
  _ count: Int, on loop: EventLoop, _ operation: @escaping (Int) async -> T
) async -> [T] {
  await loop.results(count, lanes: count, of: operation)
}
