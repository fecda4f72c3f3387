internal import HTTP
internal import HTTPServer
internal import JSON
internal import Loop

/// The routes by which players tell what they play. Their answers are about one viewer: no cache keeps them.
struct PlaybackRoutes {
  let sessions: SessionStore
  let viewers: ViewerResolver
  /// Answers for a session that Redis has forgotten, or never knew: the origin keeps them all.
  let forgotten: ((Request) async -> Response)?

  private static let sessionsPath = "/api/v1/player/sessions"
  private static let longestKey = 255

  var routes: [EdgeRoute] {
    [
      route(.post, "/start") { request throws(Problem) in try await start(request) },
      event("/heartbeat") { body throws(Problem) in try PlaybackEvent(.heartbeat, heartbeat: body) },
      event("/pause") { body throws(Problem) in try PlaybackEvent(.pause, heartbeat: body) },
      event("/resume") { body throws(Problem) in try PlaybackEvent(.resume, heartbeat: body) },
      event("/seek") { body throws(Problem) in try PlaybackEvent(seek: body) },
      event("/complete") { body throws(Problem) in try PlaybackEvent(complete: body) },
      event("/error") { body throws(Problem) in try PlaybackEvent(error: body) },
      route(.get, "/{session_id}") { request throws(Problem) in try await summary(request) },
    ]
  }

  private func start(_ request: Request) async throws(Problem) -> Response {
    let key = request.fields.first(.idempotencyKey)
    guard (1...Self.longestKey).contains(key?.utf8.count ?? 1) else {
      throw Problem(.badRequest, "Idempotency-Key has 1 to \(Self.longestKey) characters")
    }
    let now = WallClock.milliseconds
    let viewer = try viewers.viewer(of: request, at: now / 1000)
    let start = try SessionStart(json: request.body)
    let started = try await sessions.start(start, by: viewer, idempotencyKey: key, body: request.body, now: now)
    var writer = JSONWriter()
    writer.object { session in
      session.field("id", started.id)
      session.field("title_id", start.titleID)
      session.fieldOrNull("user_id", viewer.userID)
      session.fieldOrNull("anon_id", started.anonymousID)
      session.field("created_at", started.createdAt)
      session.field("status", "started")
    }
    return Response.json(.created, writer.bytes).with("x-session-id", started.id)
  }

  private func event(
    _ name: String, read: @escaping ([UInt8]) throws(Problem) -> PlaybackEvent
  ) -> EdgeRoute {
    EdgeRoute(.post, "\(Self.sessionsPath)/{session_id}\(name)") { request in
      do throws(Problem) {
        let id = try sessionID(of: request)
        let event = try read(request.body)
        return .promised { [sessions] answer in
          sessions.record(event, of: id, now: WallClock.milliseconds) { refusal in
            answer(refusal.map { Self.refusal($0, of: request) } ?? Self.accepted)
          }
        }
      } catch { return .ready(Self.refusal(error, of: request)) }
    }
  }

  private func summary(_ request: Request) async throws(Problem) -> Response {
    do throws(Problem) {
      return Response.json(.ok, try await sessions.summary(of: sessionID(of: request)).json)
    } catch {
      guard error.status == .notFound, let forgotten else { throw error }
      return await forgotten(request)
    }
  }

  private func sessionID(of request: Request) throws(Problem) -> SessionID {
    if let id = request.parameter(0).flatMap({ SessionID($0) }) { return id }
    throw Problem(.unprocessableContent, "path.session_id: Expected 2 to 128 letters, digits, _ and -")
  }

  /// What every answer of these routes carries, a refusal too.
  private func route(
    _ method: Method, _ path: String, answer: @escaping (Request) async throws(Problem) -> Response
  ) -> EdgeRoute {
    EdgeRoute(method, Self.sessionsPath + path) { request in
      .later {
        do throws(Problem) {
          var response = try await answer(request)
          // The origin's say it themselves.
          if !response.fields.contains(.cacheControl) { response.fields.append(Self.uncached) }
          return response
        } catch {
          return Self.refusal(error, of: request)
        }
      }
    }
  }

  private static func refusal(_ problem: Problem, of request: Request) -> Response {
    problem.with(.pragma, "no-cache").response(instance: request.id)
  }

  private static var accepted: Response { Response(.accepted, fields: uncached) }
  private static let uncached: Fields = {
    var fields = Fields()
    fields.append(.cacheControl, "no-store")
    fields.append(.pragma, "no-cache")
    return fields
  }()
}
