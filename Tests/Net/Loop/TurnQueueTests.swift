import Loop
import Testing

@Suite struct `A turn's costly work` {
  /// The names of those who went on in each turn.
  private func turns(_ body: @escaping (EventLoop, TurnQueue, @escaping (String) -> Void) async -> Void) throws
    -> [[String]]
  {
    let loop = EventLoop()
    let turns = try loop.run {
      var turns: [[String]] = [[]]
      let hook = loop.beforePoll { if turns[turns.count - 1] != [] { turns.append([]) } }
      await body(loop, TurnQueue(on: loop, mostInTurn: 2)) { turns[turns.count - 1].append($0) }
      hook.cancel()
      return turns.filter { $0 != [] }
    }
    #expect(loop.handlesLeftOpen == 0)
    return turns
  }

  @Test func `goes on at once while there is room, the others' in the order in which they came`() throws {
    let turns = try turns { loop, queue, note in
      for name in ["a", "b", "c", "d", "e"] { queue.run { note(name) } }
      for _ in 0..<5 { await loop.sleep(for: .zero) }
      queue.run { note("f") }
    }
    #expect(turns == [["a", "b"], ["c", "d"], ["e"], ["f"]])
  }

  @Test func `of newcomers waits behind those who wait, and what is put off waits in any case`() throws {
    let turns = try turns { loop, queue, note in
      queue.later {
        note("a")
        queue.later { note("c") }
      }
      queue.run { note("b") }
      for _ in 0..<5 { await loop.sleep(for: .zero) }
    }
    #expect(turns == [["a", "b"], ["c"]])
  }

  @Test func `of tasks waits as well, and nobody waits any more once the queue is open`() throws {
    let turns = try turns { loop, queue, note in
      for name in ["a", "b", "c", "d", "e"] {
        loop.start {
          await queue.room()
          note(name)
        }
      }
      await loop.sleep(for: .zero)
      queue.open()
      queue.run { note("f") }
      await loop.sleep(for: .zero)
    }
    #expect(turns.first == ["a", "b"] && turns.flatMap { $0 }.count == 6)
    #expect(turns.count == 2 && turns[1].contains("f"))
  }
}
