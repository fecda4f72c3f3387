/// One at a time for each name, in the order of asking: two writes of one object never overlap.
final class Turns {
  /// A name that is here has its turn taken; who waits for it follows.
  private var waiting: [String: [() -> Void]] = [:]

  func take<R>(_ name: String, _ body: () async throws -> R) async throws -> R {
    await wait(for: name)
    defer { pass(name) }
    return try await body()
  }

  private func wait(for name: String) async {
    guard waiting[name] != nil else {
      waiting[name] = []
      return
    }
    unsafe await withUnsafeContinuation { continuation in
      waiting[name]!.append { unsafe continuation.resume() }
    }
  }

  private func pass(_ name: String) {
    if waiting[name]!.isEmpty {
      waiting[name] = nil
    } else {
      waiting[name]!.removeFirst()()
    }
  }
}
