/// How often a policy may fail before it is no longer asked: ten failures, earned back one for every hundred answers.
struct ErrorBudget {
  private static let full = 10
  private static let answersPerFailure = 100

  private var left = full
  private var answers = 0

  var isSpent: Bool { left <= 0 }

  mutating func answered() {
    answers += 1
    guard answers >= Self.answersPerFailure else { return }
    answers = 0
    left = min(left + 1, Self.full)
  }

  mutating func failed() { left -= 1 }
}
