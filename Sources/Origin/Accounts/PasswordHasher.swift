internal import Loop
internal import Signing

/// Argon2id on the worker pool, a few at a time: each takes 35 ms of a core and 19 MiB.
final class PasswordHasher {
  /// The pool has four threads; file reads and name look-ups need the others.
  private static let concurrency = 2
  /// Some two seconds' worth. Beyond it the answer would come too late to be wanted.
  private static let queueLimit = 64
  /// Verified for a user who is not there, so that the answer takes as long. No password has this hash.
  private static let decoy =
    "$argon2id$v=19$m=19456,t=2,p=1$AAAAAAAAAAAAAAAAAAAAAA$" + String(repeating: "A", count: 43)

  private let loop: EventLoop
  private var running = 0
  private var waiting: [CheckedContinuation<Void, Never>] = []

  init(on loop: EventLoop) { self.loop = loop }

  func hash(_ password: Password) async throws -> String {
    let text = password.text
    return try await run { try PasswordHash.make(text) }
  }

  /// Nil stands for no such user: as slow, and never right.
  func verify(_ password: String, against hash: String?) async throws -> Bool {
    // Nothing longer was ever accepted; hashing it would be work for nothing.
    let text = password.utf8.count <= Password.length.upperBound ? password : ""
    return try await run { try PasswordHash.verify(text, against: hash ?? Self.decoy) } && hash != nil
  }

  private func run<T: Sendable>(_ job: @escaping @Sendable () throws -> T) async throws -> T {
    if running >= Self.concurrency {
      guard waiting.count < Self.queueLimit else { throw AccountsError.overloaded }
      await withCheckedContinuation { waiting.append($0) }
    } else {
      running += 1
    }
    // The place goes to the next in line, without being free in between.
    defer { if waiting.isEmpty { running -= 1 } else { waiting.removeFirst().resume() } }
    return try await loop.offload(job)
  }
}
