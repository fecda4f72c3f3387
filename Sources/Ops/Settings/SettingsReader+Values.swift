/// Values with a type. Each reports what is wrong under its name and goes on with the fallback.
extension SettingsReader {
  package func string(_ name: String, default fallback: String) -> String {
    text(name) ?? fallback
  }

  /// A value without which the service cannot start; empty (and reported) when it is missing.
  package func required(_ name: String, expected: String) -> String {
    if let text = text(name) { return text }
    report(SettingProblem(key: name, expected: expected, hint: "set it in the file or the environment"))
    return ""
  }

  /// A value of a type of its own, made from its text. Nil after a problem was reported: it is missing and has no
  /// fallback, or cannot be read. The text may hold a password, so it is not shown.
  package func value<Value>(
    _ name: String, default fallback: String? = nil, expected: String, _ parse: (String) -> Value?
  ) -> Value? {
    let text = fallback.map { string(name, default: $0) } ?? required(name, expected: expected)
    guard !text.isEmpty else { return nil }
    if let value = parse(text) { return value }
    report(SettingProblem(key: name, expected: expected))
    return nil
  }

  package func int(_ name: String, default fallback: Int, in range: ClosedRange<Int>) -> Int {
    guard let text = text(name) else { return fallback }
    if let value = Int(text), range.contains(value) { return value }
    let expected = "a number from \(range.lowerBound) to \(range.upperBound)"
    report(SettingProblem(key: name, value: text, expected: expected))
    return fallback
  }

  /// 1, true, yes or on; 0, false, no or off.
  package func flag(_ name: String, default fallback: Bool) -> Bool {
    guard let text = text(name) else { return fallback }
    switch text.lowercased() {
    case "1", "true", "yes", "on": return true
    case "0", "false", "no", "off": return false
    default:
      report(SettingProblem(key: name, value: text, expected: "true or false"))
      return fallback
    }
  }

  /// Seconds (`300`), or a number with its unit: ms, s, m, h, d.
  package func duration(
    _ name: String, default fallback: Duration, in range: ClosedRange<Duration>
  ) -> Duration {
    guard let text = text(name) else { return fallback }
    if let value = Duration(setting: text), range.contains(value) { return value }
    let expected = "seconds, or a number with ms, s, m, h or d, from \(range.lowerBound) to \(range.upperBound)"
    report(SettingProblem(key: name, value: text, expected: expected))
    return fallback
  }

  /// One of the cases of an enum of strings.
  package func choice<Choice: RawRepresentable<String> & CaseIterable>(
    _ name: String, default fallback: Choice
  ) -> Choice {
    guard let text = text(name) else { return fallback }
    if let value = Choice(rawValue: text) { return value }
    let choices = Choice.allCases.map(\.rawValue).joined(separator: ", ")
    report(SettingProblem(key: name, value: text, expected: "one of \(choices)"))
    return fallback
  }
}

extension Duration {
  /// `300`, `300s`, `250ms`, `5m`, `2h`, `7d`.
  init?(setting text: String) {
    let digits = text.prefix { $0.isASCII && $0.isNumber }
    guard let number = Int64(digits) else { return nil }
    switch text.dropFirst(digits.count) {
    case "", "s": self = .seconds(number)
    case "ms": self = .milliseconds(number)
    case "m" where number < 1 << 40: self = .seconds(number * 60)
    case "h" where number < 1 << 40: self = .seconds(number * 3600)
    case "d" where number < 1 << 40: self = .seconds(number * 86400)
    default: return nil
    }
  }
}
