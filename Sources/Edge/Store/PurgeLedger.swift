internal import Loop
internal import Redis

/// What was purged lately, and when: an answer that was asked for before it may be older than the write behind it.
struct PurgeLedger {
  /// More than are purged while the slowest answer is under way. Beyond it the older half is forgotten, and with it
  /// what was asked for before.
  private static let limit = 16_384
  /// Each answer that is to be kept is compared with all of them.
  private static let prefixLimit = 256

  /// Of the stream's entry up to which all is purged: every worker reads it, and the first to read obeys for all.
  var entry = StreamID.zero
  /// The newest purge.
  private(set) var last = Instant(nanoseconds: 0)
  private var times: [PurgeSubject: Instant] = [:]
  private var prefixes: [URLPrefix: Instant] = [:]
  /// Until then purges may be forgotten.
  private var horizon = Instant(nanoseconds: 0)

  mutating func note(_ subjects: [PurgeSubject], at now: Instant) {
    last = max(last, now)
    for subject in subjects {
      if case .prefix(let prefix) = subject { prefixes[prefix] = last } else { times[subject] = last }
    }
    if times.count > Self.limit { forget(until: times.values.sorted()[times.count / 2]) }
    if prefixes.count > Self.prefixLimit { forget(until: prefixes.values.sorted()[prefixes.count / 2]) }
  }

  private mutating func forget(until time: Instant) {
    horizon = max(horizon, time)
    times = times.filter { $0.value > horizon }
    prefixes = prefixes.filter { $0.value > horizon }
  }

  /// No purge since it was asked for can be meant for it.
  func permits(_ answer: StoredAnswer) -> Bool {
    guard answer.askedAt <= last else { return true }
    guard answer.askedAt > horizon else { return false }
    return permits(answer, .everything) && permits(answer, .url(answer.key.url))
      && answer.tags.allSatisfy { permits(answer, .tag($0)) }
      && prefixes.allSatisfy { prefix, time in time < answer.askedAt || !prefix.covers(answer.key) }
  }

  private func permits(_ answer: StoredAnswer, _ subject: PurgeSubject) -> Bool {
    times[subject].map { $0 < answer.askedAt } ?? true
  }
}
