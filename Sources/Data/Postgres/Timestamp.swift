internal import CivilCalendar
internal import Loop

/// A moment on the wall clock, in microseconds since 1970-01-01 UTC: what `timestamptz` holds.
package struct Timestamp: Comparable, Hashable, Sendable {
  package var microseconds: Int64

  package init(microseconds: Int64) { self.microseconds = microseconds }

  package init(epochSeconds: Int64) { microseconds = epochSeconds * 1_000_000 }

  package static var now: Timestamp { Timestamp(microseconds: WallClock.nanoseconds / 1_000) }

  /// Whole seconds since 1970, rounded down.
  package var epochSeconds: Int64 { microseconds.flooredQuotientAndRemainder(dividingBy: 1_000_000).quotient }

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
    if microseconds % 1_000_000 == 0 { return rfc3339(microseconds / 1_000_000) }
    if microseconds % 1_000 == 0 { return rfc3339(microseconds / 1_000, fractionDigits: 3) }
    return rfc3339(microseconds, fractionDigits: 6)
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
    guard date.isReal else { return nil }
    let seconds = date.daysSince1970 * 86_400 + hour * 3_600 + minute * 60 + second - offset
    guard Self.writableSeconds.contains(seconds) else { return nil }
    microseconds = Int64(seconds * 1_000_000 + fraction)
  }
}

extension Timestamp {
  /// Those with a year of four digits; PostgreSQL has no year 0.
  private static let writableSeconds: Range<Int> = {
    let first = CivilDate(year: 1, month: 1, day: 1).daysSince1970
    let end = CivilDate(year: 10_000, month: 1, day: 1).daysSince1970
    return first * 86_400..<end * 86_400
  }()
}

extension Timestamp: PostgresEncodable, PostgresDecodable {
  package var postgresText: String? { iso8601 }

  package init?(postgresText text: String) { self.init(iso8601: text) }
}
