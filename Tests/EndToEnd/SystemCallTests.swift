import Glibc
import HTTP
import Support
import Testing

/// What a request costs the edge in system calls, which is most of what it costs. One at a time: together they share
/// them.
@Suite(.enabled(if: SystemCalls(of: getpid()) != nil, "this kernel counts no system calls"))
struct `Reads and writes of the edge` {
  private static let requests = 200
  private let key = "bundles/sintel/S01.zip"

  @Test func `are one each for what is kept, and one more each where Redis is asked`() throws {
    try Stage.run { stage in
      let house = try await Deployment(
        on: stage,
        .init(edgeSettings: [
          "ACCESS_LOG_SAMPLE": "0", "ALLOW_ANON_TELEMETRY": "true", "DELIVERY_DAILY_IP_QUOTA_BUNDLES": "1000000",
        ]))
      try await house.objects.put(key, [1])
      try await house.mint("a-token-of-tests", "{\"max_uses\":1000000}")
      let session = try await house.play()
      let list = "/api/v1/titles"
      let etag = try #require(try await house.edge.get(list).fields.first(.etag))

      try await expect(1, of: house, "a 304") {
        try await house.edge.get(list, fields: [(.ifNoneMatch, etag)]).status == 304
      }
      try await expect(2, of: house, "a signed URL") { try await house.issue(key).status == 200 }
      try await expect(2, of: house, "a redemption") {
        try await house.issue(key, token: "a-token-of-tests").status == 200
      }
      try await expect(2, of: house, "a heartbeat") { try await house.beat(session, at: 1) == 202 }
    }
  }

  /// - Parameter calls: of each kind, a request.
  private func expect(
    _ calls: Int, of house: Deployment, _ what: Comment, _ ask: () async throws -> Bool
  ) async throws {
    // Connections are made then, scripts taught, and what is asked once is known.
    #expect(try await ask(), what)
    let edge = house.edgePrograms[0].pid
    let before = try #require(SystemCalls(of: edge))
    for _ in 0..<Self.requests { #expect(try await ask(), what) }
    let after = try #require(SystemCalls(of: edge))
    let least = calls * Self.requests
    // What is done beside, such as following the origin's purges, is far less than one for each.
    let range = least...least + Self.requests / 5
    #expect(range.contains(after.reads - before.reads), what)
    #expect(range.contains(after.writes - before.writes), what)
  }
}
