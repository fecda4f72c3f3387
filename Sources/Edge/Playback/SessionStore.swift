package import HTTP
package import Redis
internal import Signing

/// Playback sessions in Redis: `player:session:{id}` is the running summary, the stream `player:events` is what the
/// origin consumes. An event is acknowledged once Redis has both.
package struct SessionStore {
  package static let events = "player:events"

  private let redis: RedisClient
  /// After its last event, in seconds: a day's pause keeps a session.
  private static let lifetimeSeconds = 24 * 3600
  /// Some 300 MB: hours of an origin that is away, and an end to it.
  private static let keptEvents = 1_000_000
  /// Four missed heartbeats of 30 s.
  private static let longestStepSeconds = 120

  package init(redis: RedisClient) { self.redis = redis }

  package struct Start: Sendable {
    package var viewer: Viewer
    package var titleID: String
    package var positionSeconds: Double
    /// JSON of what the player told about itself and about this playback.
    package var device: [UInt8]?
    package var playback: [UInt8]?
    /// The whole start as JSON, as it goes on the stream.
    package var json: [UInt8]

    package init(_ viewer: Viewer, titleID: String, positionSeconds: Double = 0, json: [UInt8]) {
      self.viewer = viewer
      self.titleID = titleID
      self.positionSeconds = positionSeconds
      self.json = json
    }
  }

  package struct Started: Equatable, Sendable {
    package let id: String
    /// Unix seconds.
    package let createdAt: Int64
  }

  /// - Parameter body: the request's, to which an idempotency key belongs, as it belongs to the viewer.
  /// - Throws: `Problem` 422 when the key came with another body, 503 with Redis away.
  package func start(
    _ start: Start, idempotencyKey: String?, body: [UInt8], now: Int64
  ) async throws(Problem) -> Started {
    let id = SessionID.make()
    var keys = [name(of: id), Self.events]
    if let idempotencyKey { keys.append(idempotencyName(start.viewer, idempotencyKey)) }
    var words: [any RedisArgument] = [
      SHA256.hash(body).hex, Self.lifetimeSeconds, id.text, now, Self.keptEvents, start.json,
    ]
    words += fields(of: start, now: now)
    let reply = try await run(SessionScripts.start, keys, words).array ?? []
    guard reply.first?.text == "started", reply.count == 3, let made = reply[1].text else {
      throw Problem(.unprocessableContent, "This Idempotency-Key was used with another request")
    }
    return Started(id: made, createdAt: reply[2].integer ?? now)
  }

  /// - Parameter now: Unix milliseconds.
  /// - Throws: `Problem` 404 for an unknown session, 503 with Redis away.
  package func record(_ event: PlaybackEvent, of id: SessionID, now: Int64) async throws(Problem) {
    let words: [any RedisArgument] = [
      String(UInt64.random(in: .min ... .max), radix: 36), event.kind.rawValue, now, Self.lifetimeSeconds,
      event.positionSeconds?.description ?? "", event.targetSeconds?.description ?? "",
      event.isPlaying.map { $0 ? "1" : "0" } ?? "", event.bitrateKbps?.description ?? "",
      event.droppedFrames, event.stalls, event.rebufferMs, Self.longestStepSeconds,
      event.isFatal ? "1" : "0", Self.keptEvents, event.json, id.text,
    ]
    guard try await run(SessionScripts.record, [name(of: id), Self.events], words) == .integer(1) else {
      throw Problem(.notFound, "Session not found")
    }
  }

  /// - Throws: `Problem` 404 for an unknown session, 503 with Redis away.
  package func summary(of id: SessionID) async throws(Problem) -> SessionSummary {
    let reply: RedisValue
    do throws(RedisError) {
      reply = try await redis.send("HGETALL", name(of: id))
    } catch {
      throw Self.unavailable
    }
    guard let summary = SessionSummary(id: id, hash: reply.array ?? []) else {
      throw Problem(.notFound, "Session not found")
    }
    return summary
  }

  /// Both scripts know when they have run already, so a lost reply is asked for once more.
  private func run(
    _ script: RedisScript, _ keys: [String], _ words: [any RedisArgument]
  ) async throws(Problem) -> RedisValue {
    do throws(RedisError) {
      do throws(RedisError) {
        return try await redis.run(script, keys: keys, arguments: words)
      } catch {
        guard error.isRetryable else { throw error }
        return try await redis.run(script, keys: keys, arguments: words)
      }
    } catch {
      throw Self.unavailable
    }
  }

  private static var unavailable: Problem {
    Problem(.serviceUnavailable, "Playback sessions are unavailable").with(.retryAfter, "1")
  }

  private func name(of id: SessionID) -> String { "player:session:\(id.text)" }

  private func idempotencyName(_ viewer: Viewer, _ key: String) -> String {
    let identity = viewer.userID.map { "user:\($0)" } ?? "anon:\(viewer.anonymousID ?? "")"
    return "idem:player:start:\(SHA256.hash(Array("\(identity)\u{0}\(key)".utf8)).hex)"
  }

  private func fields(of start: Start, now: Int64) -> [any RedisArgument] {
    var words: [any RedisArgument] = [
      "title_id", start.titleID, "created_at", now, "updated_at", now, "status", "started", "playing", "1",
      "last_position_sec", start.positionSeconds.description, "watched_sec", "0",
    ]
    if let user = start.viewer.userID { words += ["user_id", user] }
    if let anonymous = start.viewer.anonymousID { words += ["anon_id", anonymous] }
    if let device = start.device { words += ["device", device] as [any RedisArgument] }
    if let playback = start.playback { words += ["playback", playback] as [any RedisArgument] }
    return words
  }
}
