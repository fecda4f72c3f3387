package import HTTP
internal import Loop
package import Redis
internal import Signing

/// Playback sessions in Redis: `player:session:{id}` is what a session adds up to so far, the stream `player:events` is
/// what the origin takes into its database. An event is acknowledged once Redis has both, and what was acknowledged is
/// never thrown away: a stream that nobody takes from gets full, and then refuses.
package final class SessionStore {
  package static let events = "player:events"
  /// Before a session's id, its key.
  private static let prefix = "player:session:"

  private let redis: RedisClient
  private let mostEvents: Int
  private let eventIDs = SerialIDs()
  /// After its last event, in seconds: a day's pause keeps a session.
  private static let lifetimeSeconds = 24 * 3600
  /// Four missed heartbeats of 30 s.
  private static let longestStepSeconds = 120

  /// - Parameter mostEvents: that wait on the stream for the origin.
  package init(redis: RedisClient, mostEvents: Int = TelemetrySettings().mostEvents) {
    self.redis = redis
    self.mostEvents = mostEvents
  }

  package struct Started: Equatable, Sendable {
    package let id: String
    /// Unix seconds.
    package let createdAt: Int64
    package let anonymousID: String?
  }

  /// - Parameters:
  ///   - body: the request's, to which an idempotency key belongs, as it belongs to the viewer.
  ///   - now: Unix milliseconds.
  /// - Throws: `Problem` 422 when the key came with another body, 503 with Redis away or full.
  package func start(
    _ start: SessionStart, by viewer: Viewer, idempotencyKey: String?, body: [UInt8], now: Int64
  ) async throws(Problem) -> Started {
    let id = SessionID.make()
    var call = ScriptCall(SessionScripts.start, keys: idempotencyKey == nil ? 2 : 3)
    call.key(joining: Self.prefix, id.text)
    call.key(Self.events)
    if let idempotencyKey { call.key(idempotencyName(viewer, idempotencyKey)) }
    call.argument(SHA256.hash(body).hex)
    call.argument(id.text)
    call.argument(viewer.anonymousID ?? "")
    call.argument(now)
    call.argument(Self.lifetimeSeconds)
    call.argument(mostEvents)
    viewer.append(to: &call)
    start.append(to: &call)
    let reply = (try? await outcome { redis.run(call, againIf: { $0.isRetryable }, hear: $0) }.get())?.array ?? []
    switch reply.first?.text {
    case "started" where reply.count == 4:
      let anonymousID = reply[3].text.flatMap { $0.isEmpty ? nil : $0 }
      return Started(id: reply[1].text ?? "", createdAt: reply[2].integer ?? 0, anonymousID: anonymousID)
    case "conflict": throw Problem(.unprocessableContent, "This Idempotency-Key was used with another request")
    default: throw Self.unavailable
    }
  }

  /// - Parameters:
  ///   - now: Unix milliseconds.
  ///   - hear: what it is told is nil, or `Problem` 404 for an unknown session, 503 with Redis away or full.
  package func record(_ event: PlaybackEvent, of id: SessionID, now: Int64, hear: @escaping (Problem?) -> Void) {
    var call = ScriptCall(SessionScripts.record, keys: 2)
    call.key(joining: Self.prefix, id.text)
    call.key(Self.events)
    call.argument(eventIDs.next())
    call.argument(now)
    call.argument(Self.lifetimeSeconds)
    call.argument(Self.longestStepSeconds)
    call.argument(mostEvents)
    event.append(to: &call)
    redis.run(call, againIf: { $0.isRetryable }) { outcome in
      switch try? outcome.get().text {
      case "stored": hear(nil)
      case "unknown": hear(Self.unknown)
      default: hear(Self.unavailable)
      }
    }
  }

  /// - Throws: `Problem` 404 for an unknown session, 503 with Redis away.
  package func summary(of id: SessionID) async throws(Problem) -> SessionSummary {
    let reply: RedisValue
    do throws(RedisError) {
      reply = try await redis.send("HGETALL", Self.prefix + id.text)
    } catch {
      throw Self.unavailable
    }
    guard let summary = SessionSummary(id: id, hash: reply.array ?? []) else { throw Self.unknown }
    return summary
  }

  private static var unknown: Problem { Problem(.notFound, "Session not found") }

  private static var unavailable: Problem {
    Problem(.serviceUnavailable, "Playback sessions are unavailable").with(.retryAfter, "1")
  }

  private func idempotencyName(_ viewer: Viewer, _ key: String) -> String {
    "idem:player:start:\(SHA256.hash(Array("\(viewer.scope)\u{0}\(key)".utf8)).hex)"
  }
}
