/// A moment in UTC as text: `2026-11-23T11:15:09Z`, or `…09.500Z` with three digits of a fraction.
/// Source: RFC 3339 §5.6.
/// - count: since 1970, in seconds, or in the unit of the fraction's last digit: milliseconds with three.
package func rfc3339(_ count: Int64, fractionDigits: Int = 0) -> String {
  let unit = (0..<fractionDigits).reduce(1) { unit, _ in unit * 10 }
  let (seconds, fraction) = Int(count).flooredQuotientAndRemainder(dividingBy: unit)
  let (days, second) = seconds.flooredQuotientAndRemainder(dividingBy: 86_400)
  let date = CivilDate(daysSince1970: days)
  let day = "\(padded(date.year, 4))-\(padded(date.month, 2))-\(padded(date.day, 2))"
  let time = "\(padded(second / 3_600, 2)):\(padded(second / 60 % 60, 2)):\(padded(second % 60, 2))"
  return "\(day)T\(time)\(fractionDigits == 0 ? "" : ".\(padded(fraction, fractionDigits))")Z"
}

private func padded(_ number: Int, _ width: Int) -> String {
  let digits = String(number)
  return String(repeating: "0", count: max(0, width - digits.utf8.count)) + digits
}
