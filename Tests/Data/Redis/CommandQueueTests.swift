import Loop
import Testing

@testable import Redis

@Suite struct `Queue of commands` {
  private let start = Instant(nanoseconds: 1_000_000_000)

  @Test func `a tick's commands leave as one write and are answered in order`() {
    var queue = makeQueue()
    _ = append(1, to: &queue)
    _ = append(2, to: &queue)
    let wire = queue.takeUnsent(at: start)
    #expect(String(decoding: wire, as: UTF8.self) == "*2\r\n$3\r\nGET\r\n$1\r\n1\r\n*2\r\n$3\r\nGET\r\n$1\r\n2\r\n")
    #expect(!queue.hasUnsent)
    #expect(answers(&queue) == [1, 2])
    #expect(queue.count == 0)
  }

  @Test func `it refuses what is beyond its limits and takes more once replies have come`() {
    var queue = makeQueue(commands: 2)
    _ = append(1, to: &queue)
    _ = append(2, to: &queue)
    refuses(3, &queue)
    _ = queue.takeUnsent(at: start)
    refuses(3, &queue)
    _ = queue.answerNext()
    let isTaken = append(3, to: &queue)
    #expect(isTaken)
  }

  @Test func `it bounds the bytes that wait`() {
    var queue = makeQueue(bytes: 200)
    let large = RedisCommand("SET", "k", [UInt8](repeating: 1, count: 90))
    let taken = [queue.append(large, deadline: start, waiter: 1), queue.append(large, deadline: start, waiter: 2)]
    #expect(taken == [true, false])
  }

  @Test func `an expired command that was not sent is never sent`() {
    var queue = makeQueue()
    _ = append(1, to: &queue, after: .seconds(1))
    _ = append(2, to: &queue, after: .seconds(5))
    let expired = queue.expire(at: start + .seconds(2))
    #expect(expired.map(\.waiter) == [1] && expired[0].sentAt == nil)
    let wire = queue.takeUnsent(at: start)
    #expect(String(decoding: wire, as: UTF8.self) == "*2\r\n$3\r\nGET\r\n$1\r\n2\r\n")
  }

  @Test func `the late reply of an expired command goes to nobody`() {
    var queue = makeQueue()
    _ = append(1, to: &queue, after: .seconds(1))
    _ = append(2, to: &queue, after: .seconds(5))
    _ = queue.takeUnsent(at: start)
    let expired = queue.expire(at: start + .seconds(2))
    #expect(expired.map(\.sentAt) == [start])
    #expect(queue.earliestDeadline == start + .seconds(5))
    #expect(answers(&queue) == [nil, 2])
  }

  @Test func `a loss fails what was sent and keeps what was not`() {
    var queue = makeQueue()
    _ = append(1, to: &queue)
    _ = queue.takeUnsent(at: start)
    _ = append(2, to: &queue)
    let lost = queue.loseSent()
    #expect(lost == [1])
    #expect(queue.hasUnsent && queue.count == 1)
    let dropped = queue.dropUnsent()
    #expect(dropped == [2])
  }

  @Test func `a reply that nobody asked for is told`() {
    var queue = makeQueue()
    if case .unasked = queue.answerNext() {} else { Issue.record("taken for an answer") }
  }

  @Test func `pauses double up to the longest, and start anew after a success`() {
    var backoff = Backoff()
    let pauses = (0..<9).map { _ in backoff.next(jitter: 1) }
    #expect(pauses == [50, 100, 200, 400, 800, 1600, 3200, 5000, 5000].map { .milliseconds($0) })
    backoff.reset()
    let shortest = backoff.next(jitter: 0)
    #expect(shortest == .milliseconds(25))
  }

  private func makeQueue(commands: Int = 10, bytes: Int = 1000) -> CommandQueue<Int> {
    CommandQueue(commandLimit: commands, byteLimit: bytes)
  }

  private func append(_ number: Int, to queue: inout CommandQueue<Int>, after: Duration = .seconds(9)) -> Bool {
    queue.append(RedisCommand("GET", number), deadline: start + after, waiter: number)
  }

  private func refuses(_ number: Int, _ queue: inout CommandQueue<Int>) {
    let isTaken = append(number, to: &queue)
    #expect(!isTaken)
  }

  /// The next two.
  private func answers(_ queue: inout CommandQueue<Int>) -> [Int?] {
    (0..<2).map { _ in if case .waiter(let number, start) = queue.answerNext() { number } else { nil } }
  }
}
