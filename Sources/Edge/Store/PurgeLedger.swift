internal import Loop
internal import Redis

/// What one purge is about.
enum PurgeSubject: Hashable {
  case tag(String)
  case url(CacheKey)
  case everything
}

/// What was purged lately, and when: an answer that was asked for before it may be older than the write behind it.
struct PurgeLedger {
  /// More than are purged while the slowest answer is under way. Beyond it the older half is forgotten, and with it
  /// what was asked for before.
  private static let limit = 16_384

  /// Of the stream's entry up to which all is purged: every worker reads it, and the first to read obeys for all.
  var entry = StreamID.zero
  /// The newest purge.
  private(set) var last = Instant(nanoseconds: 0)
  private var times: [PurgeSubject: Instant] = [:]
  /// Until then purges may be forgotten.
  private var horizon = Instant(nanoseconds: 0)

  mutating func note(_ subjects: [PurgeSubject], at now: Instant) {
    last = max(last, now)
    for subject in subjects { times[subject] = last }
    guard times.count > Self.limit else { return }
    horizon = times.values.sorted()[times.count / 2]
    times = times.filter { $0.value > horizon }
  }

  /// No purge since it was asked for can be meant for it.
  func permits(_ answer: StoredAnswer) -> Bool {
    guard answer.askedAt <= last else { return true }
    guard answer.askedAt > horizon else { return false }
    return permits(answer, .everything) && permits(answer, .url(answer.key.url))
      && answer.tags.allSatisfy { permits(answer, .tag($0)) }
  }

  private func permits(_ answer: StoredAnswer, _ subject: PurgeSubject) -> Bool {
    times[subject].map { $0 < answer.askedAt } ?? true
  }
}
