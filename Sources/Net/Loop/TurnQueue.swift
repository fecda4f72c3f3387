/// Those whose work costs a loop much: a few of them go on in each turn, in the order in which they came. However many
/// they are, everybody else is served in between.
package final class TurnQueue {
  private let loop: EventLoop
  private var mostInTurn: Int
  /// The turn in which so many went on.
  private var turn: UInt64 = 0
  private var begun = 0
  private var waiting: [() -> Void] = []
  private var hasNextTurn = false

  package init(on loop: EventLoop, mostInTurn: Int) {
    self.loop = loop
    self.mostInTurn = mostInTurn
  }

  /// At once while this turn has room, else in one of the next.
  package func run(_ work: @escaping () -> Void) {
    guard takesRoom() else { return later(work) }
    work()
  }

  /// In one of the next turns.
  package func later(_ work: @escaping () -> Void) {
    waiting.append(work)
    takeNextTurn()
  }

  /// Returns at once while this turn has room, else in one of the next.
  package func room() async {
    if takesRoom() { return }
    unsafe await withUnsafeContinuation { continuation in later { unsafe continuation.resume() } }
  }

  /// Whoever waits goes on at once, and nobody waits from now on.
  package func open() {
    mostInTurn = .max
    goOn()
  }

  /// True when this turn has room, of which the caller then takes a share; else `later` is for him.
  package func takesRoom() -> Bool {
    if turn != loop.turn { (turn, begun) = (loop.turn, 0) }
    guard begun < mostInTurn, waiting.isEmpty else { return false }
    begun += 1
    return true
  }

  private func takeNextTurn() {
    if hasNextTurn { return }
    hasNextTurn = true
    loop.nextTurn { [self] in
      hasNextTurn = false
      goOn()
    }
  }

  private func goOn() {
    let some = Array(waiting.prefix(mostInTurn))
    waiting.removeFirst(some.count)
    (turn, begun) = (loop.turn, some.count)
    for work in some { work() }
    if !waiting.isEmpty { takeNextTurn() }
  }
}
