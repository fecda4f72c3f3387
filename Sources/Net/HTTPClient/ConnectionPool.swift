internal import Loop

/// Which connections to one server are free, and who waits for one. Decides only; it opens and closes nothing.
struct ConnectionPool<Connection: AnyObject, Waiter: AnyObject> {
  enum Grant {
    case reuse(Connection)
    /// One more may be opened; it counts from now on.
    case open
    case wait
    case refuse
  }

  let connectionLimit: Int
  let queueLimit: Int
  private(set) var openCount = 0
  private var idle: [(connection: Connection, since: Instant)] = []
  private var waiting: [Waiter] = []

  init(connectionLimit: Int, queueLimit: Int) {
    self.connectionLimit = connectionLimit
    self.queueLimit = queueLimit
  }

  var isUnused: Bool { openCount == 0 && waiting.isEmpty }
  var hasIdle: Bool { !idle.isEmpty }

  /// The connection used last is the one most likely to be alive still.
  mutating func request(needsFresh: Bool = false) -> Grant {
    if !needsFresh, let last = idle.popLast() { return .reuse(last.connection) }
    if openCount < connectionLimit {
      openCount += 1
      return .open
    }
    return waiting.count < queueLimit ? .wait : .refuse
  }

  mutating func enqueue(_ waiter: Waiter) { waiting.append(waiter) }

  mutating func forget(_ waiter: Waiter) { waiting.removeAll { $0 === waiter } }

  /// Takes a usable connection back. With a waiter as the answer, it is that waiter's now.
  mutating func giveBack(_ connection: Connection, at now: Instant) -> Waiter? {
    if let next = takeWaiter() { return next }
    idle.append((connection, now))
    return nil
  }

  /// A connection is gone. With a waiter as the answer, that one may open another in its place.
  mutating func lose() -> Waiter? {
    if let next = takeWaiter() { return next }
    openCount -= 1
    return nil
  }

  /// False when it was not idle.
  mutating func loseIdle(_ connection: Connection) -> Bool {
    guard let index = idle.firstIndex(where: { $0.connection === connection }) else { return false }
    idle.remove(at: index)
    openCount -= 1
    return true
  }

  /// Takes out what has been idle since `limit` or before.
  mutating func takeExpired(since limit: Instant) -> [Connection] {
    let expired = idle.prefix { $0.since <= limit }.map(\.connection)
    idle.removeFirst(expired.count)
    openCount -= expired.count
    return expired
  }

  private mutating func takeWaiter() -> Waiter? { waiting.isEmpty ? nil : waiting.removeFirst() }
}
