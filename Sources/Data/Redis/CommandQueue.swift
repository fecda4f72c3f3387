internal import Loop

/// The commands of one connection, in the order in which Redis answers them. No socket and no clock inside.
struct CommandQueue<Waiter> {
  struct Expired {
    let waiter: Waiter
    /// Nil when the command never left: it is forgotten, and will not run.
    let sentAt: Instant?
  }

  private struct Entry {
    var command: RedisCommand
    let deadline: Instant
    /// Nil once it has expired: its reply is still to come, and is dropped.
    var waiter: Waiter?
    var sentAt: Instant?
  }

  let commandLimit: Int
  let byteLimit: Int
  private var entries: [Entry] = []
  /// Entries before it are answered. Kept to spare shifting the array at every reply.
  private var first = 0
  private var firstUnsent = 0
  private var unsentBytes = 0

  init(commandLimit: Int, byteLimit: Int) {
    self.commandLimit = commandLimit
    self.byteLimit = byteLimit
  }

  var count: Int { entries.count - first }
  var hasUnsent: Bool { firstUnsent < entries.count }

  /// The next deadline of a command that somebody waits for.
  var earliestDeadline: Instant? { entries[first...].lazy.filter { $0.waiter != nil }.map(\.deadline).min() }

  /// False when the queue is full.
  mutating func append(_ command: RedisCommand, deadline: Instant, waiter: Waiter) -> Bool {
    guard count < commandLimit, unsentBytes + command.size <= byteLimit else { return false }
    unsentBytes += command.size
    entries.append(Entry(command: command, deadline: deadline, waiter: waiter))
    return true
  }

  /// Everything unsent as one write.
  mutating func takeUnsent(at now: Instant) -> [UInt8] {
    var wire: [UInt8] = []
    wire.reserveCapacity(unsentBytes + 64 * (entries.count - firstUnsent))
    for index in firstUnsent..<entries.count {
      entries[index].command.append(to: &wire)
      entries[index].command = RedisCommand()
      entries[index].sentAt = now
    }
    firstUnsent = entries.count
    unsentBytes = 0
    return wire
  }

  enum Answered { case waiter(Waiter, sentAt: Instant), nobody, unasked }

  /// Whose reply has come.
  mutating func answerNext() -> Answered {
    guard first < firstUnsent else { return .unasked }
    let (waiter, sentAt) = (entries[first].waiter, entries[first].sentAt)
    entries[first].waiter = nil
    first += 1
    if first == entries.count || first >= 1024 { dropAnswered() }
    guard let waiter, let sentAt else { return .nobody }
    return .waiter(waiter, sentAt: sentAt)
  }

  mutating func expire(at now: Instant) -> [Expired] {
    var expired: [Expired] = []
    for index in first..<entries.count where entries[index].deadline <= now {
      guard let waiter = entries[index].waiter else { continue }
      expired.append(Expired(waiter: waiter, sentAt: entries[index].sentAt))
      entries[index].waiter = nil
    }
    dropAnswered()
    // Whoever was told "not sent" must be right for ever.
    entries.removeAll { $0.sentAt == nil && $0.waiter == nil }
    unsentBytes = entries[firstUnsent...].reduce(0) { $0 + $1.command.size }
    return expired
  }

  /// The connection is gone: whoever waits for a reply gets none. What was not sent stays for the next connection.
  mutating func loseSent() -> [Waiter] {
    let lost = entries[first..<firstUnsent].compactMap(\.waiter)
    entries.removeSubrange(..<firstUnsent)
    first = 0
    firstUnsent = 0
    return lost
  }

  /// There will be no next connection for now.
  mutating func dropUnsent() -> [Waiter] {
    let dropped = entries[firstUnsent...].compactMap(\.waiter)
    entries.removeSubrange(firstUnsent...)
    unsentBytes = 0
    return dropped
  }

  private mutating func dropAnswered() {
    entries.removeSubrange(..<first)
    firstUnsent -= first
    first = 0
  }
}
