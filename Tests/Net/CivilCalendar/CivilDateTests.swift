import CivilCalendar
import Testing

@Suite struct `Days of the calendar` {
  @Test(arguments: [
    (1970, 1, 1, 0), (1969, 12, 31, -1), (2000, 2, 29, 11_016), (2000, 3, 1, 11_017), (1600, 2, 29, -135_081),
    (1, 1, 1, -719_162), (9999, 12, 31, 2_932_896),
  ])
  func `are counted from 1970, and back`(year: Int, month: Int, day: Int, days: Int) {
    let date = CivilDate(year: year, month: month, day: day)
    #expect(date.daysSince1970 == days && CivilDate(daysSince1970: days) == date && date.isReal)
  }

  @Test func `follow each other for 800 years`() {
    var previous = CivilDate(year: 1599, month: 12, day: 31)
    for days in CivilDate(year: 1600, month: 1, day: 1)
      .daysSince1970..<CivilDate(year: 2400, month: 1, day: 1).daysSince1970
    {
      let date = CivilDate(daysSince1970: days)
      let isNext =
        date.day == previous.day + 1 && date.month == previous.month
        || date.day == 1 && (date.month == previous.month + 1 || date.month == 1 && date.year == previous.year + 1)
      #expect(isNext && date.daysSince1970 == days)
      previous = date
    }
  }

  @Test(arguments: [(2023, 2, 29), (1900, 2, 29), (2024, 4, 31), (2024, 13, 1), (2024, 0, 1), (2024, 1, 0)])
  func `that no calendar has are not real`(year: Int, month: Int, day: Int) {
    #expect(!CivilDate(year: year, month: month, day: day).isReal)
  }

  @Test func `are written with as many digits of a second as there are to tell`() {
    #expect(rfc3339(1_795_432_509) == "2026-11-23T11:15:09Z")
    #expect(rfc3339(1_795_432_509_007, fractionDigits: 3) == "2026-11-23T11:15:09.007Z")
    #expect(rfc3339(-1, fractionDigits: 6) == "1969-12-31T23:59:59.999999Z")
    #expect(rfc3339(-62_135_596_800) == "0001-01-01T00:00:00Z")
  }
}
