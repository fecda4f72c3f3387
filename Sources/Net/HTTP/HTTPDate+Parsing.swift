internal import CivilCalendar

extension HTTPDate {
  /// Any of the three formats that a recipient must read, in any case. Source: RFC 9110 §5.6.7.
  package init?(_ text: some Collection<UInt8>) {
    func isGMT(_ zone: Substring) -> Bool { zone.lowercased() == "gmt" }
    let parts = text.text.split(separator: " ", omittingEmptySubsequences: true)
    switch parts.count {
    case 6 where isGMT(parts[5]) && text.count == 29:  // Sun, 06 Nov 1994 08:49:37 GMT
      self.init(day: parts[1], month: parts[2], year: Self.number(parts[3], digits: 4), time: parts[4])
    case 4 where isGMT(parts[3]):  // Sunday, 06-Nov-94 08:49:37 GMT
      let date = parts[1].split(separator: "-")
      guard date.count == 3 else { return nil }
      let year = Self.number(date[2], digits: 2).map { $0 < 70 ? $0 + 2000 : $0 + 1900 }
      self.init(day: date[0], month: date[1], year: year, time: parts[2])
    case 5 where text.count == 24:  // Sun Nov  6 08:49:37 1994
      self.init(day: parts[2], month: parts[1], year: Self.number(parts[4], digits: 4), time: parts[3])
    default: return nil
    }
  }

  private init?(day: Substring, month: Substring, year: Int?, time: Substring) {
    let clock = time.split(separator: ":", omittingEmptySubsequences: false)
    guard let year, year >= 1900,
      let month = Self.monthNames.firstIndex(where: { $0.lowercased() == month.lowercased() }),
      let day = Self.number(day, digits: day.count), (1...31).contains(day), clock.count == 3,
      let hour = Self.number(clock[0], digits: 2), hour < 24,
      let minute = Self.number(clock[1], digits: 2), minute < 60,
      // 60 is a leap second.
      let second = Self.number(clock[2], digits: 2), second <= 60
    else { return nil }
    let days = CivilDate(year: year, month: month + 1, day: day).daysSince1970
    self.init(secondsSinceEpoch: days * 86_400 + hour * 3_600 + minute * 60 + second)
  }

  private static func number(_ text: Substring, digits: Int) -> Int? {
    guard text.utf8.count == digits, text.utf8.allSatisfy(\.isDigit) else { return nil }
    return Int(text)
  }
}
