internal import CivilCalendar

/// Wall time in UTC, to the second, on the proleptic Gregorian calendar.
package struct CivilTime: Equatable, Sendable {
  package var year, month, day, hour, minute, second: Int

  package init(unixSeconds: Int64) {
    let (days, secondOfDay) = Int(unixSeconds).flooredQuotientAndRemainder(dividingBy: 86_400)
    let date = CivilDate(daysSince1970: days)
    (year, month, day) = (date.year, date.month, date.day)
    hour = secondOfDay / 3_600
    minute = secondOfDay / 60 % 60
    second = secondOfDay % 60
  }

  /// ISO 8601 in UTC: `20130524T000000Z` or `2013-05-24T00:00:00Z`. Nil on anything else, the 30th of
  /// February included.
  package init?(iso8601 text: String) {
    let digits = text.utf8.filter { $0 != UInt8(ascii: "-") && $0 != UInt8(ascii: ":") }
    let isExtended = text.utf8.count == 20 && digits.count == 16
    guard isExtended || text.utf8.count == 16, digits.count == 16,
      digits[8] == UInt8(ascii: "T"), digits[15] == UInt8(ascii: "Z")
    else { return nil }
    func number(_ range: Range<Int>) -> Int? {
      digits[range].reduce(into: Int?(0)) { value, digit in
        let isDigit = (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(digit)
        value = isDigit ? value.map { $0 * 10 + Int(digit - UInt8(ascii: "0")) } : nil
      }
    }
    guard let year = number(0..<4), let month = number(4..<6), let day = number(6..<8),
      let hour = number(9..<11), let minute = number(11..<13), let second = number(13..<15)
    else { return nil }
    (self.year, self.month, self.day) = (year, month, day)
    (self.hour, self.minute, self.second) = (hour, minute, second)
    // A field out of its range comes back as another time.
    guard CivilTime(unixSeconds: unixSeconds) == self else { return nil }
  }

  package var unixSeconds: Int64 {
    let days = CivilDate(year: year, month: month, day: day).daysSince1970
    return Int64(days * 86_400 + hour * 3_600 + minute * 60 + second)
  }

  /// `20130524T000000Z`, the form of `X-Amz-Date`.
  package var basicFormat: [UInt8] {
    var text: [UInt8] = []
    text.reserveCapacity(16)
    func append(_ value: Int, digits: Int) {
      var divisor = digits == 4 ? 1_000 : 10
      while divisor > 0 {
        text.append(UInt8(ascii: "0") + UInt8(value / divisor % 10))
        divisor /= 10
      }
    }
    append(year, digits: 4)
    append(month, digits: 2)
    append(day, digits: 2)
    text.append(UInt8(ascii: "T"))
    append(hour, digits: 2)
    append(minute, digits: 2)
    append(second, digits: 2)
    text.append(UInt8(ascii: "Z"))
    return text
  }
}
