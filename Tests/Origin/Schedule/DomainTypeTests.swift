import Postgres
import Publication
import Routing
import Testing
import Vocabulary

@testable import Schedule

@Suite struct `The schedule's words` {
  @Test func `a country is two letters, in capitals`() {
    #expect(CountryCode("de")?.text == "DE")
    for malformed in ["", "D", "DEU", "D1", "ß", "é", "xx", "ZZ", "ıı"] { #expect(CountryCode(malformed) == nil) }
  }

  private func decode(_ json: String) throws -> Availability {
    try JSONDocument.decode(Availability.self, from: Array(json.utf8))
  }

  @Test func `a window needs no more than its start`() throws {
    let window = try decode(#"{"windows": [{"window_start": "2026-12-01T00:00:00Z"}]}"#).windows[0]
    #expect(window.territory == .global && window.end == nil && window.rights == nil)
  }

  @Test func `countries are gathered whatever their case and order`() throws {
    let window = try decode(
      """
      {"windows": [
        {"window_start": "2026-12-01T00:00:00Z", "territory_mode": "INCLUDE", "countries": ["fr", "DE", "FR"]}]}
      """
    ).windows[0]
    #expect(window.territory.countries.map(\.text) == ["DE", "FR"])
  }

  @Test(arguments: [
    #"{"window_start": "2026-12-01T00:00:00Z", "window_end": "2026-12-01T00:00:00Z"}"#,
    #"{"window_start": "2026-12-01T00:00:00Z", "window_end": "2026-11-01T00:00:00Z"}"#,
    #"{"window_start": "2026-12-01T00:00:00Z", "territory_mode": "INCLUDE"}"#,
    #"{"window_start": "2026-12-01T00:00:00Z", "territory_mode": "EXCLUDE", "countries": []}"#,
    #"{"window_start": "2026-12-01T00:00:00Z", "countries": ["DE"]}"#,
    #"{"window_start": "2026-12-01T00:00:00Z", "territory_mode": "INCLUDE", "countries": ["XX"]}"#,
    #"{"window_start": "2026-12-01T00:00:00Z", "distribution": ["DVD"]}"#,
    #"{"window_start": "2026-12-01T00:00:00"}"#, #"{"window_end": "2026-12-01T00:00:00Z"}"#,
  ])
  func `a window that cannot be is refused`(json: String) {
    #expect(throws: DecodingError.self) { try decode(#"{"windows": [\#(json)]}"#) }
  }

  @Test func `the same window twice is refused`() {
    let window = #"{"window_start": "2026-12-01T00:00:00Z", "territory_mode": "INCLUDE", "countries": ["DE"]}"#
    #expect(throws: DecodingError.self) { try decode(#"{"windows": [\#(window), \#(window)]}"#) }
  }

  @Test func `rights are kept as they came`() throws {
    let json = #"{"a":[1,9007199254740993,true,null,"x",{"snake_case":2.5}]}"#
    let rights = try JSONDocument.decode(Rights.self, from: Array(json.utf8))
    #expect(String(decoding: try JSONDocument.encode(rights), as: UTF8.self) == json)
  }

  @Test(arguments: [#""\u0000""#, #"{"\u0000":1}"#, #"[{"a":["x\u0000"]}]"#])
  func `rights that the database cannot hold are refused`(json: String) {
    #expect(throws: DecodingError.self) { try JSONDocument.decode(Rights.self, from: Array(json.utf8)) }
  }
}
