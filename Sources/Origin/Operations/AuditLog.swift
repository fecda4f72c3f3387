internal import HTTP
internal import JSON
internal import Logging
package import Loop
package import Observability
package import Postgres

/// Writes audit events behind the answers that they are about, each in a transaction of its own: what befalls an event
/// never reaches the write that it tells of.
package final class AuditLog {
  /// Events that wait while the database is away. Beyond it they go to the log instead.
  private static let capacity = 1_000
  private static let pause = Duration.seconds(1)

  private let loop: EventLoop
  private let database: any PostgresSession
  private let lost: Counter
  private let log = Logger(label: "origin.audit")
  private var waiting: [AuditEvent] = []
  private var isWriting = false
  private var isStopping = false
  private var waiters: [() -> Void] = []

  package init(on loop: EventLoop, _ database: any PostgresSession, _ metrics: Metrics) {
    self.loop = loop
    self.database = database
    lost = metrics.counter(
      "origin_audit_events_lost_total", help: "Audit events that could not be written; each is in the log.")
  }

  package func note(_ event: AuditEvent) {
    guard waiting.count < Self.capacity else { return lose(event, because: "too many wait") }
    waiting.append(event)
    guard !isWriting else { return }
    isWriting = true
    loop.start { await self.write() }
  }

  /// Writes what waits, as long as the database takes it.
  package func stop() async {
    isStopping = true
    guard isWriting else { return }
    unsafe await withUnsafeContinuation { continuation in waiters.append { unsafe continuation.resume() } }
  }

  private func write() async {
    while let event = waiting.first {
      do throws(PostgresError) { try await insert(event) } catch {
        if error.fault != .caller, !isStopping {
          await loop.sleep(for: Self.pause)
          continue
        }
        lose(event, because: "\(error)")
      }
      waiting.removeFirst()
    }
    isWriting = false
    for wake in waiters { wake() }
    waiters = []
  }

  private func insert(_ event: AuditEvent) async throws(PostgresError) {
    try await database.execute(
      """
      INSERT INTO audit_events
        (id, at, action, status, actor_id, address, user_agent, path, request_id, details)
      VALUES (\(event.id.description), \(event.at), \(event.action), \(Int(event.status.code)), \(event.actorId),
        \(event.address), \(event.userAgent), \(event.path), \(event.requestId), \(event.detailsAsJSON))
      ON CONFLICT (id) DO NOTHING
      """)
  }

  private func lose(_ event: AuditEvent, because reason: String) {
    lost.add()
    log.error(
      "an audit event is not in the database",
      metadata: [
        "reason": "\(reason)", "action": "\(event.action)", "status": "\(event.status.code)",
        "actor_id": "\(event.actorId ?? "")", "address": "\(event.address)", "path": "\(event.path)",
        "request_id": "\(event.requestId)", "details": "\(event.detailsAsJSON.text)",
      ])
  }
}

extension AuditEvent {
  fileprivate var detailsAsJSON: JSONText {
    var writer = JSONWriter()
    writer.object { object in
      for (name, value) in details.sorted(by: { $0.key < $1.key }) { object.field(name, value) }
    }
    return JSONText(String(decoding: writer.bytes, as: UTF8.self))
  }
}
