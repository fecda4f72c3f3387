internal import Logging
package import Loop
package import Observability
package import Postgres
package import Redis

/// Takes the edges' playback events from their stream into the database, beside any number of others of its group.
///
/// An entry is acknowledged, and goes from the stream, after the commit that counts it. Whoever dies in between leaves
/// it to be delivered again, and then its name is found among those that are counted.
package final class EventConsumer {
  package static let stream = "player:events"
  /// Where entries go that the database refuses for what they hold; the newest ten thousand stay to be looked at.
  package static let refused = "player:events:refused"
  private static let group = "origin"
  private static let batch = 500
  /// Another's entries are taken over after this: it has died, or its database has.
  private static let abandonedAfter = Duration.seconds(60)
  private static let betweenSweeps = Duration.seconds(10)
  /// For the first of new entries, at the end of which nothing is wrong.
  private static let patience = Duration.seconds(5)
  private static let afterFailure = Duration.milliseconds(500)

  private let loop: EventLoop
  private let redis: RedisClient
  private let store: PlaybackStore
  private let name: String
  private let taken: Counter
  private let setAside: Counter
  private let backlog: Gauge
  private let log = Logger(label: "origin.playback")
  private var isStopped = false
  private var isWaiting = false
  private var hasEnded = false
  /// So that an outage is logged once, not at each try.
  private var isAway = false
  private var waiters: [() -> Void] = []

  /// - Parameters:
  ///   - redis: for it alone, because its reads wait; it closes it at its end. One connection is enough.
  ///   - name: of this consumer in its group, the same after a restart: it finds what it has left.
  package init(
    on loop: EventLoop, _ redis: RedisClient, _ database: PostgresPool, name: String, _ metrics: Metrics = Metrics()
  ) {
    self.loop = loop
    self.redis = redis
    self.name = name
    taken = metrics.counter(
      "origin_playback_events_taken_total", help: "Playback events taken from Redis into the database.")
    setAside = metrics.counter(
      "origin_playback_events_refused_total", help: "Playback events that the database cannot hold, set aside.")
    backlog = metrics.gauge(
      "origin_playback_events_waiting",
      help: "Playback events in Redis for the database. At PLAYER_EVENTS_LIMIT edges take no more.")
    store = PlaybackStore(database)
  }

  /// Until it is stopped. With Redis or the database away it starts over from what it holds, twice a second.
  package func run() async {
    while !isStopped {
      do { try await consume() } catch {
        if !isStopped {
          tell(of: error)
          await loop.sleep(for: Self.afterFailure)
        }
      }
    }
    redis.close()
    hasEnded = true
    for wake in waiters { wake() }
  }

  private func tell(of failure: any Error) {
    if !isAway { log.warning("playback events wait", metadata: ["because": "\(failure)"]) }
    isAway = true
  }

  /// Returns when the batch in hand is counted and acknowledged.
  package func stop() async {
    isStopped = true
    if isWaiting { redis.close() }
    guard !hasEnded else { return }
    unsafe await withUnsafeContinuation { continuation in waiters.append { unsafe continuation.resume() } }
  }

  private func consume() async throws {
    try await redis.makeGroup(Self.group, on: Self.stream)
    while !isStopped, try await take(try await read(after: "0")) {}
    var nextSweep = loop.now
    while !isStopped {
      if loop.now >= nextSweep {
        try await sweep()
        nextSweep = loop.now + Self.betweenSweeps
      }
      try await take(try await new())
    }
  }

  private func new() async throws(RedisError) -> [StreamEntry] {
    isWaiting = true
    defer { isWaiting = false }
    return try await read(after: ">")
  }

  private func read(after id: String) async throws(RedisError) -> [StreamEntry] {
    try await redis.read(
      Self.stream, group: Self.group, consumer: name, after: id, count: Self.batch, patience: Self.patience)
  }

  /// False when there is nothing to take.
  @discardableResult
  private func take(_ entries: [StreamEntry]) async throws -> Bool {
    guard !entries.isEmpty else { return false }
    try await count(entries[...])
    let ids: [any RedisArgument] = entries.map(\.id)
    _ = try await redis.run(
      ScriptCall(Self.acknowledgement, keys: [Self.stream], arguments: [Self.group] + ids))
    taken.add(UInt64(entries.count))
    if isAway { log.notice("playback events are counted again") }
    isAway = false
    return true
  }

  /// KEYS: stream. ARGV: group, entries.
  private static let acknowledgement = RedisScript(
    """
    redis.call('XACK', KEYS[1], unpack(ARGV))
    return redis.call('XDEL', KEYS[1], unpack(ARGV, 2))
    """)

  /// One entry that the database cannot hold does not keep the others from being counted: halves find it.
  private func count(_ entries: ArraySlice<StreamEntry>) async throws {
    do { try await store.count(entries) } catch let error as PostgresError {
      guard case .server(let fault) = error, fault.isAboutValues, let first = entries.first else { throw error }
      guard entries.count > 1 else { return try await refuse(first, because: fault) }
      let middle = entries.startIndex + entries.count / 2
      try await count(entries[..<middle])
      try await count(entries[middle...])
    }
  }

  private func refuse(_ entry: StreamEntry, because fault: ServerFault) async throws(RedisError) {
    let reason = [(name: "place", value: Array(entry.id.utf8)), (name: "because", value: Array(fault.sqlState.utf8))]
    try await redis.append(to: Self.refused, keeping: 10_000, reason + entry.fields)
    setAside.add()
    log.warning("a playback event is set aside", metadata: ["entry": "\(entry.id)", "sqlstate": "\(fault.sqlState)"])
  }

  /// Takes over what others have left, looks how much waits, and forgets what cannot come again.
  private func sweep() async throws {
    while !isStopped {
      let left = try await redis.claim(
        Self.stream, group: Self.group, consumer: name, idle: Self.abandonedAfter, count: Self.batch)
      guard try await take(left) else { break }
    }
    backlog.value = try await redis.send("XLEN", Self.stream).integer ?? 0
    let pending = try await redis.send("XPENDING", Self.stream, Self.group).array ?? []
    let oldest = pending.count > 1 ? pending[1].text : nil
    try await store.forgetEvents(before: oldest.map { StreamPlace($0).number } ?? .max)
  }
}

extension ServerFault {
  /// A value that its column cannot hold, or one that is missing. Another try would end the same.
  fileprivate var isAboutValues: Bool { sqlState.hasPrefix("22") || sqlState.hasPrefix("23") }
}
