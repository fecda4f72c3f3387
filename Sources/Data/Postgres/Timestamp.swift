internal import Loop

/// A moment on the wall clock, in microseconds since 1970-01-01 UTC: what `timestamptz` holds.
package struct Timestamp: Comparable, Hashable, Sendable {
  package var microseconds: Int64

  package init(microseconds: Int64) { self.microseconds = microseconds }

  package init(epochSeconds: Int64) { microseconds = epochSeconds * 1_000_000 }

  package static var now: Timestamp { Timestamp(microseconds: WallClock.nanoseconds / 1_000) }

  /// Whole seconds since 1970, rounded down.
  package var epochSeconds: Int64 { floorDivide(microseconds, 1_000_000).quotient }

  package static func < (left: Timestamp, right: Timestamp) -> Bool { left.microseconds < right.microseconds }

  package static func + (moment: Timestamp, duration: Duration) -> Timestamp {
    let (seconds, attoseconds) = duration.components
    return Timestamp(microseconds: moment.microseconds + seconds * 1_000_000 + attoseconds / 1_000_000_000_000)
  }

  package static func - (end: Timestamp, start: Timestamp) -> Duration {
    .microseconds(end.microseconds - start.microseconds)
  }
}

extension Timestamp {
  /// `2026-11-23T11:15:09Z`, with a fraction of three or six digits only when there is one. Source: RFC 3339.
  package var iso8601: String {
    let (seconds, micros) = floorDivide(microseconds, 1_000_000)
    let (days, time) = floorDivide(seconds, 86_400)
    let date = CivilDate(daysSince1970: days)
    var text = "\(padded(date.year, 4))-\(padded(date.month, 2))-\(padded(date.day, 2))"
    text += "T\(padded(time / 3_600, 2)):\(padded(time / 60 % 60, 2)):\(padded(time % 60, 2))"
    if micros != 0 { text += micros % 1_000 == 0 ? ".\(padded(micros / 1_000, 3))" : ".\(padded(micros, 6))" }
    return text + "Z"
  }

  /// An RFC 3339 moment, or PostgreSQL's `2026-11-23 11:15:09.5+00`. An offset is required. Nil when it is malformed,
  /// or in UTC outside of the years 1 to 9999: such a moment could not be written as it is read.
  package init?(iso8601 text: String) {
    var scanner = DigitScanner(text)
    guard
      let year = scanner.number(4), scanner.take("-"), let month = scanner.number(2), scanner.take("-"),
      let day = scanner.number(2), scanner.take("T") || scanner.take(" ") || scanner.take("t"),
      let hour = scanner.number(2), scanner.take(":"), let minute = scanner.number(2), scanner.take(":"),
      let second = scanner.number(2), let fraction = scanner.microseconds(), let offset = scanner.offsetSeconds(),
      scanner.isAtEnd, (1...12).contains(month), day >= 1, hour < 24, minute < 60, second < 60
    else { return nil }
    let date = CivilDate(year: year, month: month, day: day)
    guard CivilDate(daysSince1970: date.daysSince1970) == date else { return nil }
    let seconds = date.daysSince1970 * 86_400 + hour * 3_600 + minute * 60 + second - offset
    guard Self.writableSeconds.contains(seconds) else { return nil }
    microseconds = seconds * 1_000_000 + fraction
  }
}

extension Timestamp {
  /// Those with a year of four digits; PostgreSQL has no year 0.
  private static let writableSeconds: Range<Int64> = {
    let first = CivilDate(year: 1, month: 1, day: 1).daysSince1970
    let end = CivilDate(year: 10_000, month: 1, day: 1).daysSince1970
    return first * 86_400..<end * 86_400
  }()
}

extension Timestamp: PostgresEncodable, PostgresDecodable {
  package var postgresText: String? { iso8601 }

  package init?(postgresText text: String) { self.init(iso8601: text) }
}

/// A day of the Gregorian calendar. Source: Howard Hinnant, chrono-compatible low-level date algorithms.
struct CivilDate: Equatable {
  var year: Int64
  var month: Int64
  var day: Int64

  init(year: Int64, month: Int64, day: Int64) {
    self.year = year
    self.month = month
    self.day = day
  }

  init(daysSince1970: Int64) {
    let (era, dayOfEra) = floorDivide(daysSince1970 + 719_468, 146_097)
    let yearOfEra = (dayOfEra - dayOfEra / 1_460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
    let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
    let monthFromMarch = (5 * dayOfYear + 2) / 153
    day = dayOfYear - (153 * monthFromMarch + 2) / 5 + 1
    month = monthFromMarch < 10 ? monthFromMarch + 3 : monthFromMarch - 9
    year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
  }

  var daysSince1970: Int64 {
    let (era, yearOfEra) = floorDivide(month <= 2 ? year - 1 : year, 400)
    let dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1
    return era * 146_097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear - 719_468
  }
}

private func floorDivide(_ value: Int64, _ divisor: Int64) -> (quotient: Int64, remainder: Int64) {
  let (quotient, remainder) = value.quotientAndRemainder(dividingBy: divisor)
  return remainder < 0 ? (quotient - 1, remainder + divisor) : (quotient, remainder)
}

private func padded(_ number: Int64, _ width: Int) -> String {
  let digits = String(number)
  return String(repeating: "0", count: max(0, width - digits.count)) + digits
}
