import HTTP
import Postgres
import Redis
import Support
import Testing

/// What players do while they play.
extension Deployment {
  static let sessions = "/api/v1/player/sessions"

  func startSession(
    _ json: String = #"{"title_id":"sintel"}"#, token: String? = nil, fields: [(FieldName, String)] = []
  ) async throws -> Answer {
    try await edge.post("\(Self.sessions)/start", json, token: token, fields: fields)
  }

  /// The id of a new session.
  func play() async throws -> String { try #require(try await startSession()["id"]) }

  func tell(_ session: String, _ event: String, _ json: String) async throws -> Answer {
    try await edge.post("\(Self.sessions)/\(session)/\(event)", json)
  }

  func beat(_ session: String, at position: Double) async throws -> UInt16 {
    try await tell(session, "heartbeat", "{\"position_sec\":\(position)}").status
  }

  func summary(of session: String) async throws -> Answer { try await edge.get("\(Self.sessions)/\(session)") }

  /// Events that the origin has not yet taken from Redis.
  func waitingEvents() async throws -> Int64? { try await keys.send("XLEN", "player:events").integer }

  func untilCounted() async throws {
    try await eventually("the origin has counted all events", on: loop, within: .seconds(30)) {
      (try? await waitingEvents()) == 0
    }
  }

  /// The origin's database, for the test to look into.
  func openDatabase() throws -> PostgresPool {
    let pool = PostgresPool(on: loop, try PostgresSettings(url: database))
    stage.atEnd { pool.close() }
    return pool
  }
}
