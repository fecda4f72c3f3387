extension EventLoop {
  /// Runs an operation for each of `0..<count` on this loop, at most `lanes` of them at a time, and returns their
  /// results in order.
  package func results<Value>(
    _ count: Int, lanes: Int, of operation: @escaping (Int) async -> Value
  ) async -> [Value] {
    guard count > 0 else { return [] }
    var results = [Value?](repeating: nil, count: count)
    var next = 0
    var left = count
    unsafe await withUnsafeContinuation { (continuation: UnsafeContinuation<Void, Never>) in
      for _ in 0..<min(lanes, count) {
        start {
          while next < count {
            let index = next
            next += 1
            results[index] = await operation(index)
            left -= 1
          }
          if left == 0 {
            left = -1
            unsafe continuation.resume()
          }
        }
      }
    }
    return results.compactMap { $0 }
  }
}
