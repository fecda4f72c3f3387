internal import Loop

/// A statement on its way to an answer.
final class PendingStatement {
  let text: String
  let binds: [String?]
  let deadline: Instant?
  /// A read that the failure of another in its batch took down is sent again: it had no effect.
  let isRepeatable: Bool
  let answer = Promise<Answer>()

  private var outcome: Result<Answer, PostgresError>?
  private var wasAborted = false

  init(_ sql: SQL, deadline: Instant?, isRepeatable: Bool) {
    text = sql.text
    binds = sql.binds
    self.deadline = deadline
    self.isRepeatable = isRepeatable
  }

  /// PostgreSQL's text cannot hold a NUL, and C would end there.
  var isEncodable: Bool { binds.allSatisfy { $0?.utf8.contains(0) != true } }

  func received(_ outcome: Result<Answer, PostgresError>) {
    if case .failure? = self.outcome { return }
    self.outcome = outcome
  }

  func aborted() { wasAborted = true }

  /// The server has said all about this statement. True: it has to be sent again.
  func finish() -> Bool {
    if outcome == nil, wasAborted, isRepeatable {
      wasAborted = false
      return true
    }
    answer.resolve(outcome ?? .failure(.disconnected(sent: !wasAborted)))
    return false
  }
}
