import Testing

@testable import Postgres

@Suite struct `Timestamps` {
  @Test(
    arguments: [
      ("1970-01-01T00:00:00Z", 0), ("2000-02-29T12:00:00Z", 951_825_600_000_000),
      ("1969-12-31T23:59:59.999999Z", -1), ("2026-11-23T11:15:09.25Z", 1_795_432_509_250_000),
      ("0001-01-01T00:00:00Z", -62_135_596_800_000_000), ("9999-12-31T23:59:59Z", 253_402_300_799_000_000),
      ("2026-11-23 11:15:09.123456+00", 1_795_432_509_123_456), ("2026-11-23T16:45:09+05:30", 1_795_432_509_000_000),
    ] as [(String, Int64)])
  func `a written moment is read`(text: String, microseconds: Int64) {
    #expect(Timestamp(iso8601: text)?.microseconds == microseconds)
  }

  @Test(arguments: [
    "", "2026-11-23", "2026-11-23T11:15:09", "2026-02-29T00:00:00Z", "2026-13-01T00:00:00Z", "2026-11-23T24:00:00Z",
    "2026-11-23T11:15:09.Z", "2026-11-23T11:15:09Zx", "infinity", "+026-11-23T11:15:09Z",
    "0000-12-31T23:59:59Z", "0001-01-01T00:00:00+00:01", "9999-12-31T23:59:59-00:01",
  ])
  func `anything else is refused`(text: String) {
    #expect(Timestamp(iso8601: text) == nil)
  }

  @Test func `writing and reading are inverse`() {
    for seed in Int64(0)..<2_000 {
      let moment = Timestamp(microseconds: seed * 31_557_600_123_457 / 40 - 500_000_000_000_000)
      #expect(Timestamp(iso8601: moment.iso8601) == moment)
    }
  }

  @Test func `a fraction is written only when there is one`() {
    #expect(Timestamp(epochSeconds: 0).iso8601 == "1970-01-01T00:00:00Z")
    #expect(Timestamp(microseconds: 250_000).iso8601 == "1970-01-01T00:00:00.250Z")
    #expect(Timestamp(microseconds: 1).iso8601 == "1970-01-01T00:00:00.000001Z")
  }
}
