import Glibc
import HTTP
import Loop
import Postgres
import Support
import Testing

/// Purges that admins order, on edges that are processes of their own.
@Suite struct `Ordered purges` {
  private let list = "/api/v1/titles"
  private let schedule = "/api/v1/schedule/upcoming"

  @Test
  func `each edge leaves a receipt: one that is paused when it goes on, one that was killed once it is back`() throws {
    try Stage.run { stage in
      let house = try await Deployment(on: stage, .init(edges: 2))
      let admin = try await house.editor()
      let (steady, shaky) = (house.edges[1], house.edgePrograms[0])
      shaky.environment["EDGE_NODE_ID"] = "shaky"
      for edge in house.edges {
        for target in [list, schedule] { try await expectHit(of: target, at: edge, on: stage) }
      }

      shaky.send(SIGSTOP)
      let first = try await order(#"{"tags":["titles"]}"#, at: steady, admin)
      try await eventually("the steady edge has obeyed", on: stage.loop) {
        (try? await applied(first, at: steady, admin)) == 1
      }
      #expect(try await steady.get(list).fields.first(.cacheStatus)?.contains("fwd=uri-miss") == true)
      #expect(try await steady.get(schedule).fields.first(.cacheStatus)?.contains("hit") == true)
      #expect(try await steady.send(.get, "/api/v1/admin/purge/\(first)", token: admin)["complete"] == "false")
      // Beyond what an edge's word about purges is good for.
      await stage.loop.sleep(for: .seconds(6))
      shaky.send(SIGCONT)
      let afterPause = try await house.edges[0].get(list).fields.first(.cacheStatus)
      #expect(afterPause?.contains("hit") == false, "\(afterPause ?? "")")
      try await eventually("both have obeyed", on: stage.loop) {
        (try? await steady.send(.get, "/api/v1/admin/purge/\(first)", token: admin)["complete"]) == "true"
      }

      await shaky.kill()
      let second = try await order(#"{"everything":true,"soft":true}"#, at: steady, admin)
      try await eventually("the steady edge has obeyed", on: stage.loop) {
        (try? await applied(second, at: steady, admin)) == 1
      }
      let back = try await house.restartEdge()
      try await eventually("both have obeyed", on: stage.loop, within: .seconds(20)) {
        (try? await applied(second, at: steady, admin)) == 2
      }
      try await expectHit(of: list, at: back, on: stage)
    }
  }

  @Test
  func `only an admin orders a purge, once for a key, and what it named is in the audit log`() throws {
    try Stage.run { stage in
      let house = try await Deployment(on: stage)
      let admin = try await house.editor()
      #expect(try await house.edge.send(.post, "/api/v1/admin/purge", #"{"tags":["titles"]}"#).status == 401)
      #expect(try await house.edge.send(.post, "/api/v1/admin/purge", "{}", token: admin).status == 422)
      #expect(try await house.edge.send(.get, "/api/v1/admin/purge/unknown", token: admin).status == 404)
      let id = try await order(#"{"tags":["titles"]}"#, at: house.edge, admin)
      let key: [(FieldName, String)] = [(.idempotencyKey, "purge-1")]
      var ids: Set<String?> = []
      for _ in 0..<2 {
        let body = #"{"urls":["/api/v1/titles"],"soft":true}"#
        ids.insert(try await house.edge.post("/api/v1/admin/purge", body, token: admin, fields: key)["purge_id"])
      }
      #expect(ids.count == 1)
      let database = PostgresPool(on: stage.loop, try PostgresSettings(url: house.database))
      stage.atEnd { database.close() }
      try await eventually("both orders are in the audit log", on: stage.loop) {
        let rows = try? await database.query(
          "SELECT details->>'purge_id' AS id FROM audit_events WHERE action = 'CACHE_PURGE'")
        return (try? rows?.map { try $0.get("id", as: String?.self) }).map { Set($0) } == ids.union([id])
      }
    }
  }

  private func order(_ json: String, at edge: Caller, _ token: String) async throws -> String {
    let answer = try await edge.send(.post, "/api/v1/admin/purge", json, token: token)
    #expect(answer.status == 202, "\(answer.text)")
    return answer["purge_id"] ?? ""
  }

  /// How many nodes have obeyed.
  private func applied(_ id: String, at edge: Caller, _ token: String) async throws -> Int {
    let standing = try await edge.send(.get, "/api/v1/admin/purge/\(id)", token: token)
    return standing.items("nodes").count { $0["applied_at"] != nil }
  }

  private func expectHit(of target: String, at edge: Caller, on stage: Stage) async throws {
    try await eventually("a hit of \(target)", on: stage.loop) {
      (try? await edge.get(target).fields.first(.cacheStatus))?.contains("hit") == true
    }
  }
}
