import Testing

@testable import Catalog

@Suite struct `The catalogue's words` {
  @Test func `a name has no control characters and no space around it`() {
    #expect(DisplayName("Amélie ☂") != nil)
    for malformed in ["", " a", "a ", "a\u{0}b", "a\nb", String(repeating: "é", count: 256)] {
      #expect(DisplayName(malformed) == nil)
    }
  }

  @Test func `a day exists in the calendar`() {
    #expect(CalendarDate("2024-02-29") != nil)
    for malformed in ["2023-02-29", "2024-2-9", "2024-02-29T00:00:00Z", "20240229", ""] {
      #expect(CalendarDate(malformed) == nil)
    }
  }
}
