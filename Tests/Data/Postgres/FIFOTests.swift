import Testing

@testable import Postgres

@Suite struct `The queue` {
  @Test func `keeps order over many turns`() {
    var queue = FIFO<Int>()
    var taken: [Int] = []
    for number in 0..<100 {
      queue.append(number)
      if number % 3 == 0 { taken += [queue.popFirst()].compactMap { $0 } }
    }
    #expect(queue.count == 66)
    #expect(taken + queue.drain() == Array(0..<100))
    #expect(queue.isEmpty && queue.popFirst() == nil)
  }

  @Test func `drops what matches and keeps the rest in order`() {
    var queue = FIFO<Int>()
    for number in 0..<10 { queue.append(number) }
    queue.popFirst()
    queue.removeAll { $0 % 2 == 0 }
    #expect(queue.drain() == [1, 3, 5, 7, 9])
  }
}
