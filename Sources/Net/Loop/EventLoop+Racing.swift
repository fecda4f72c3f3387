/// One of several tries that run at once; whoever makes it says how it is given up when another has won.
package final class RacingTry {
  package var giveUp: () -> Void = {}
}

extension EventLoop {
  /// Tries the candidates in their order, the next as soon as the last has failed or has been silent for a moment. The
  /// first success counts; the others are given up. Source: RFC 8305 §5.
  /// - Parameters:
  ///   - candidates: at least one, as the addresses of a host.
  ///   - discard: what to do with a success that came too late.
  package func race<Candidate, Winner, Failure: Error>(
    _ candidates: [Candidate], _ attempt: @escaping (Candidate, RacingTry) async -> Result<Winner, Failure>,
    discard: @escaping (Winner) -> Void
  ) async throws(Failure) -> Winner {
    try await Race(candidates, on: self, attempt, discard).run()
  }
}

private final class Race<Candidate, Winner, Failure: Error> {
  private let candidates: [Candidate]
  private let loop: EventLoop
  private let attempt: (Candidate, RacingTry) async -> Result<Winner, Failure>
  private let discard: (Winner) -> Void
  private var tries: [RacingTry] = []
  private var failures = 0
  private var outcome: Result<Winner, Failure>?
  private var starter: Timer?
  private var finish: () -> Void = {}

  /// Long enough that a host nearby has answered. Source: RFC 8305 §8.
  private static var stagger: Duration { .milliseconds(250) }

  init(
    _ candidates: [Candidate], on loop: EventLoop,
    _ attempt: @escaping (Candidate, RacingTry) async -> Result<Winner, Failure>, _ discard: @escaping (Winner) -> Void
  ) {
    self.candidates = candidates
    self.loop = loop
    self.attempt = attempt
    self.discard = discard
  }

  func run() async throws(Failure) -> Winner {
    unsafe await withUnsafeContinuation { (continuation: UnsafeContinuation<Void, Never>) in
      finish = { unsafe continuation.resume() }
      startNext()
    }
    guard let outcome else { preconditionFailure("resumed without an outcome") }
    return try outcome.get()
  }

  private func startNext() {
    starter?.cancel()
    let candidate = candidates[tries.count]
    let racing = RacingTry()
    tries.append(racing)
    starter = hasMore ? loop.timer(after: Self.stagger) { [self] in startNext() } : nil
    loop.start { [self] in ended(await attempt(candidate, racing)) }
  }

  private var hasMore: Bool { tries.count < candidates.count }

  private func ended(_ result: Result<Winner, Failure>) {
    guard outcome == nil else {
      if case .success(let late) = result { discard(late) }
      return
    }
    if case .failure = result {
      failures += 1
      if hasMore { return startNext() }
      // The last one's failure stands for all.
      guard failures == candidates.count else { return }
    }
    outcome = result
    starter?.cancel()
    for racing in tries { racing.giveUp() }
    finish()
  }
}
