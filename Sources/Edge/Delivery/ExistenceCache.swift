package import Loop
package import Publication

/// Remembers for a moment whether an object exists, so that issuing URLs does not ask the store each time.
package final class ExistenceCache {
  package struct Lifetimes: Sendable {
    /// Of an object that is there.
    package var found = Duration.seconds(60)
    /// Of one that is not: short, since it may be uploaded any moment.
    package var missing = Duration.seconds(5)
    /// Keys remembered by one worker. Beyond it the oldest half goes.
    package var entries = 100_000

    package init() {}
  }

  private struct Entry {
    let exists: Bool
    let end: Instant
  }

  private let loop: EventLoop
  private let lifetimes: Lifetimes
  /// Asks the store; throws when it cannot tell.
  private let ask: (StorageKey) async throws -> Bool
  private var entries: [StorageKey: Entry] = [:]
  private var waiting: [StorageKey: [(Result<Bool, any Error>) -> Void]] = [:]

  package init(
    on loop: EventLoop, lifetimes: Lifetimes = Lifetimes(), ask: @escaping (StorageKey) async throws -> Bool
  ) {
    self.loop = loop
    self.lifetimes = lifetimes
    self.ask = ask
  }

  /// What is known without asking; nil when nothing is.
  package func known(_ key: StorageKey) -> Bool? {
    guard let entry = entries[key], loop.now < entry.end else { return nil }
    return entry.exists
  }

  /// Asks the store once, however many wait for the same key. A store that cannot tell is not remembered.
  package func exists(_ key: StorageKey) async throws -> Bool {
    if let known = known(key) { return known }
    if waiting[key] != nil {
      return unsafe try await withUnsafeThrowingContinuation { continuation in
        waiting[key]?.append { unsafe continuation.resume(with: $0) }
      }
    }
    waiting[key] = []
    let answer: Result<Bool, any Error>
    do { answer = .success(try await ask(key)) } catch { answer = .failure(error) }
    if case .success(let exists) = answer { remember(key, exists) }
    for wake in waiting.removeValue(forKey: key) ?? [] { wake(answer) }
    return try answer.get()
  }

  private func remember(_ key: StorageKey, _ exists: Bool) {
    if entries.count >= lifetimes.entries { forgetOldest() }
    entries[key] = Entry(exists: exists, end: loop.now + (exists ? lifetimes.found : lifetimes.missing))
  }

  private func forgetOldest() {
    let ends = entries.values.map(\.end).sorted()
    let middle = ends[ends.count / 2]
    entries = entries.filter { $0.value.end > middle }
  }
}
