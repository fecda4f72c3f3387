internal import CivilCalendar

/// A date of HTTP, whole seconds since 1970 in UTC. Source: RFC 9110 §5.6.7.
package struct HTTPDate: Hashable, Comparable, Sendable, CustomStringConvertible {
  package let secondsSinceEpoch: Int

  package init(secondsSinceEpoch: Int) { self.secondsSinceEpoch = secondsSinceEpoch }

  package static func < (left: HTTPDate, right: HTTPDate) -> Bool { left.secondsSinceEpoch < right.secondsSinceEpoch }

  static let dayNames = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"]
  static let monthNames = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]

  /// "Sun, 06 Nov 1994 08:49:37 GMT".
  package var description: String {
    let (days, second) = secondsSinceEpoch.flooredQuotientAndRemainder(dividingBy: 86_400)
    let date = CivilDate(daysSince1970: days)
    let time = [second / 3_600, second / 60 % 60, second % 60].map(Self.twoDigits).joined(separator: ":")
    let weekday = Self.dayNames[(days + 4).flooredQuotientAndRemainder(dividingBy: 7).remainder]
    return "\(weekday), \(Self.twoDigits(date.day)) \(Self.monthNames[date.month - 1]) \(date.year) \(time) GMT"
  }

  private static func twoDigits(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
}
