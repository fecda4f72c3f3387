/// What was found about a setting, or about the machine.
struct Finding: Encodable, CustomStringConvertible {
  enum State: String, Encodable {
    case ok
    /// It works, and will not under some circumstances.
    case warning
    case failed
  }

  /// A setting's name, mostly.
  let subject: String
  let state: State
  /// What is so, and what to do when it should not be.
  let detail: String

  var description: String { "\(pad(state.rawValue, 8)) \(pad(subject, 26)) \(detail)" }
}

func pad(_ text: String, _ width: Int) -> String {
  text + String(repeating: " ", count: max(0, width - text.count))
}
