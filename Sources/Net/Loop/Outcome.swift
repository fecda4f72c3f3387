/// Waits for what a callback is told, once, on this loop: the way from whatever calls back to whoever awaits.
///
///     let reply = await outcome { redis.run(call, hear: $0) }
package func outcome<Value: Sendable>(_ start: (@escaping (Value) -> Void) -> Void) async -> Value {
  unsafe await withUnsafeContinuation { continuation in start { unsafe continuation.resume(returning: $0) } }
}
