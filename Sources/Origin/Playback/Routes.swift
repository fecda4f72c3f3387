internal import HTTP
package import Postgres
package import Routing

/// Playback's part of the API: what Redis has forgotten of a session, the edges ask for here.
package struct PlaybackRoutes {
  private let sessions: PlaybackStore

  package init(_ database: PostgresPool) { sessions = PlaybackStore(database) }

  package var routes: [Route] { [session] }

  private var session: Route {
    Route(
      .get, "/api/v1/player/sessions/{session_id}", "Sum up a playback session", Rules(.publicKey, caching: .noStore)
    ) { [sessions] call in
      guard let summary = try await sessions.summary(of: try call.path("session_id")) else {
        throw Problem(.notFound, "Session not found")
      }
      return summary
    }
  }
}
