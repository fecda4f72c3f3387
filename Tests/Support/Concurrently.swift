package import Loop

/// Runs `count` operations at once on the loop and returns their results in order.
package func concurrently<T>(
  _ count: Int, on loop: EventLoop, _ operation: @escaping (Int) async -> T
) async -> [T] {
  var results: [T?] = Array(repeating: nil, count: count)
  var left = count
  await withCheckedContinuation { continuation in
    for index in 0..<count {
      loop.start {
        results[index] = await operation(index)
        left -= 1
        if left == 0 { continuation.resume() }
      }
    }
  }
  return results.compactMap { $0 }
}
