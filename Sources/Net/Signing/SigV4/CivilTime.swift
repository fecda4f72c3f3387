/// Wall time in UTC, to the second, on the proleptic Gregorian calendar.
package struct CivilTime: Equatable, Sendable {
  package var year, month, day, hour, minute, second: Int

  /// Source: Howard Hinnant, "chrono-Compatible Low-Level Date Algorithms", civil_from_days.
  package init(unixSeconds: Int64) {
    let days = Int(unixSeconds.flooredDivision(by: 86_400))
    let secondOfDay = Int(unixSeconds) - days * 86_400
    let shifted = days + 719_468
    let era = shifted.flooredDivision(by: 146_097)
    let dayOfEra = shifted - era * 146_097
    let yearOfEra = (dayOfEra - dayOfEra / 1_460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
    let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
    let monthFromMarch = (5 * dayOfYear + 2) / 153
    month = monthFromMarch < 10 ? monthFromMarch + 3 : monthFromMarch - 9
    year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
    day = dayOfYear - (153 * monthFromMarch + 2) / 5 + 1
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

  /// Source: the same, days_from_civil.
  package var unixSeconds: Int64 {
    let shiftedYear = month <= 2 ? year - 1 : year
    let era = shiftedYear.flooredDivision(by: 400)
    let yearOfEra = shiftedYear - era * 400
    let dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1
    let dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
    let days = era * 146_097 + dayOfEra - 719_468
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

extension BinaryInteger {
  fileprivate func flooredDivision(by divisor: Self) -> Self {
    let (quotient, remainder) = quotientAndRemainder(dividingBy: divisor)
    return remainder < 0 ? quotient - 1 : quotient
  }
}
