import Redis
import Support
import Testing

@testable import Edge
@testable import HTTP

/// What an answer tells of its client's day. Source: draft-ietf-httpapi-ratelimit-headers-10.
@Suite struct `What is left of a daily quota` {
  private let bundle = "bundles/sintel/S01.zip"
  private let film = "downloads/sintel/extras/film.zip"
  /// Ten minutes before the end of 2099.
  private let now: Int64 = 4_102_444_200

  private func limits(bundles: Int = 200, downloads: Int = 500) -> DailyQuota.Limits {
    var limits = DailyQuota.Limits()
    (limits.bundles, limits.downloads) = (bundles, downloads)
    return limits
  }

  @Test func `goes down with each URL to 0, is 0 in the refusal too, and ends at midnight UTC`() throws {
    try Stage.run { stage in
      let players = try await PlayerStage(stage, at: now, limits: limits(bundles: 2))
      var told: [String] = []
      for _ in 0..<3 {
        let answer = try await players.issue(bundle)
        told.append("\(answer.status) \(try limit(answer)) of \(try policy(answer))")
        players.now += 10
      }
      let policy = #""bundles";q=2;w=86400"#
      #expect(
        told == [
          #"200 "bundles";r=1;t=600 of \#(policy)"#, #"200 "bundles";r=0;t=590 of \#(policy)"#,
          #"429 "bundles";r=0;t=580 of \#(policy)"#,
        ])
      players.now = 4_102_444_800
      #expect(try limit(try await players.issue(bundle)) == #""bundles";r=1;t=86400"#)
    }
  }

  @Test func `is told where a token is redeemed, and again where its redemption is repeated`() throws {
    try Stage.run { stage in
      let players = try await PlayerStage(stage, at: now, limits: limits(downloads: 3))
      try await players.mint("a-token-of-tests", uses: 3)
      func redeem(_ name: String) async throws -> String {
        let answer = try await players.issue(film, token: "a-token-of-tests", idempotencyKey: name)
        return "\(answer.status) \(try limit(answer))"
      }
      #expect(try await redeem("first") == #"200 "downloads";r=2;t=600"#)
      #expect(try await redeem("second") == #"200 "downloads";r=1;t=600"#)
      #expect(try await redeem("first") == #"200 "downloads";r=1;t=600"#)
      #expect(try await redeem("third") == #"200 "downloads";r=0;t=600"#)
      #expect(try await redeem("fourth") == #"429 "downloads";r=0;t=600"#)
    }
  }

  @Test func `is told once for all of a batch, of each quota that it asked for`() throws {
    try Stage.run { stage in
      let players = try await PlayerStage(stage, at: now, limits: limits(bundles: 3, downloads: 1))
      let both = try await players.batch(bundle, film, "bundles/sintel/S02.zip", bundle)
      #expect(try limit(both) == #""bundles";r=1;t=600, "downloads";r=0;t=600"#)
      #expect(try policy(both) == #""bundles";q=3;w=86400, "downloads";q=1;w=86400"#)
      let exhausted = try await players.batch("downloads/sintel/extras/other.zip")
      #expect(exhausted["results.0.error"] == "quota_exceeded")
      #expect(try limit(exhausted) == #""downloads";r=0;t=600"#)
      #expect(!(try await players.batch("../nothing")).fields.contains(.rateLimit))
    }
  }

  @Test func `is not told by who could not count`() throws {
    try Stage.run { stage in
      let players = try await PlayerStage(stage, at: now)
      await players.redis.kill()
      let answer = try await players.issue(bundle)
      #expect(answer.status == 200 && !answer.fields.contains(.rateLimit))
    }
  }

  @Test func `costs Redis nothing besides the script that counts`() throws {
    try Stage.run { stage in
      let players = try await PlayerStage(stage, at: now)
      _ = try await players.issue(bundle)
      try await players.keys.send("CONFIG", "RESETSTAT")
      for _ in 0..<5 { #expect(try await players.issue(bundle).status == 200) }
      let statistics = try await players.keys.send("INFO", "commandstats").text ?? ""
      let calls = statistics.split(separator: "\r\n").compactMap { line -> Substring? in
        guard line.hasPrefix("cmdstat_") else { return nil }
        return line.dropFirst("cmdstat_".count).prefix { $0 != "," }
      }
      #expect(Set(calls) == ["evalsha:calls=5", "get:calls=5", "incr:calls=5", "config|resetstat:calls=1"])
    }
  }

  private func limit(_ answer: Answer) throws -> String { try list(answer, .rateLimit) }
  private func policy(_ answer: Answer) throws -> String { try list(answer, .rateLimitPolicy) }

  /// The field, once it has been read as a list of items with parameters. What a list holds can stand in a dictionary.
  private func list(_ answer: Answer, _ name: FieldName) throws -> String {
    let text = try #require(answer.fields.combined(name))
    for (place, item) in text.split(separator: ", ").enumerated() {
      let read = try #require(StructuredDictionary("item\(place)=\(item)".utf8))
      #expect(read.members.count == 1)
    }
    return text
  }
}
