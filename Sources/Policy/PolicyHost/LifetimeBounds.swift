/// The strictest of several bounds, and whose they are.
struct LifetimeBounds {
  private var minimum: (seconds: Int64, rule: PolicyRule)?
  private var maximum: (seconds: Int64, rule: PolicyRule)?

  /// Zero: no bound on that side.
  mutating func narrow(minimum low: Int64, maximum high: Int64, by rule: PolicyRule) {
    if low > 0, low > minimum?.seconds ?? 0 { minimum = (low, rule) }
    if high > 0, high < maximum?.seconds ?? .max { maximum = (high, rule) }
  }

  func clamp(_ lifetime: Int64) -> (lifetime: Int64, rule: PolicyRule?) {
    var result = lifetime
    var rule: PolicyRule?
    if let minimum, result < minimum.seconds { (result, rule) = minimum }
    if let maximum, result > maximum.seconds { (result, rule) = maximum }
    return (result, result == lifetime ? nil : rule)
  }
}
