import HTTP
import Loop
import Observability
import Operations
import Postgres
import Routing
import Support
import Testing

@Suite(.serialized) struct `The audit log` {
  @Test func `keeps who did what from where, when, and what came of it`() throws {
    try withDatabase(OperationsSchema.migrations) { database in
      let log = AuditLog(on: .current, database, Metrics())
      let call = makeCall(by: "6f1c2b1e-53a4-4f6e-9a0d-2b8f0c6c1a11")
      call.auditDetails = ["slug": "sintel\"s"]
      log.note(AuditEvent("TITLE_CREATE", call, .created))
      log.note(AuditEvent("LOGIN", makeCall(by: nil), .unauthorized))
      await log.stop()
      let rows = try await database.query(
        """
        SELECT action, outcome, actor_id::text, host(address) AS address, user_agent, path, details->>'slug' AS slug,
          request_id::text, now() - at < interval '1 minute' AS is_recent
        FROM audit_events ORDER BY at
        """)
      #expect(try rows.map { try $0.get("action", as: String.self) } == ["TITLE_CREATE", "LOGIN"])
      #expect(try rows.map { try $0.get("outcome", as: String.self) } == ["SUCCESS", "FAILURE"])
      #expect(try rows[0].get("actor_id", as: String.self) == "6f1c2b1e-53a4-4f6e-9a0d-2b8f0c6c1a11")
      #expect(try rows[1].get("actor_id", as: String?.self) == nil)
      #expect(try rows[0].get("address", as: String.self) == "127.0.0.1")
      #expect(try rows[0].get("user_agent", as: String.self) == "curl/8")
      #expect(try rows[0].get("path", as: String.self) == "/api/v1/admin/titles")
      #expect(try rows[0].get("slug", as: String.self) == "sintel\"s")
      #expect(try rows[0].get("request_id", as: String.self) == "\(call.request.id)")
      #expect(try rows[0].get("is_recent", as: Bool.self))
    }
  }

  @Test func `waits for a database that is away, and writes in order once it is back`() throws {
    try withDatabase(OperationsSchema.migrations) { database in
      let session = Flaky(database)
      session.failures = 1
      let log = AuditLog(on: .current, session, Metrics())
      for action in ["A", "B"] { log.note(AuditEvent(action, makeCall(by: nil), .ok)) }
      try await eventually("both are written", on: .current) { session.written == 2 }
      let actions = try await database.query("SELECT action FROM audit_events ORDER BY at")
      #expect(try actions.map { try $0.get("action", as: String.self) } == ["A", "B"])
      await log.stop()
    }
  }

  @Test func `counts and logs what it cannot write, and goes on`() throws {
    try withDatabase(OperationsSchema.migrations) { database in
      let metrics = Metrics()
      let log = AuditLog(on: .current, database, metrics)
      log.note(AuditEvent("A", makeCall(by: "not a user's id"), .ok))
      log.note(AuditEvent("B", makeCall(by: nil), .ok))
      await log.stop()
      #expect(metrics.snapshot.prometheusText.contains("origin_audit_events_lost_total 1\n"))
      let rows = try await database.query("SELECT action FROM audit_events")
      #expect(rows.count == 1)
    }
  }

  private func makeCall(by user: String?) -> Call {
    let request = Request(.post, "/api/v1/admin/titles?api_key=secret", fields: [(.userAgent, "curl/8")])
    request.id = .random()
    let call = Call(request, caller: nil)
    call.actorId = user
    return call
  }
}

/// A database that is away for its first statements.
private final class Flaky: PostgresSession {
  private let database: PostgresPool
  var failures = 0
  private(set) var written = 0

  init(_ database: PostgresPool) { self.database = database }

  func query(_ sql: SQL) async throws(PostgresError) -> [Row] { try await database.query(sql) }

  func execute(_ sql: SQL) async throws(PostgresError) -> Int {
    if failures > 0 {
      failures -= 1
      throw .unavailable(reason: "away")
    }
    let count = try await database.execute(sql)
    written += 1
    return count
  }
}
