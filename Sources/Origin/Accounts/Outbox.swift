package import Loop
package import Mail
package import Postgres

/// Sends what waits in the outbox. Any number of processes may: each mail is taken by one at a time.
package final class Outbox {
  /// A day and a half, by the outbox's delays.
  private static let attempts = 40
  private let loop: EventLoop
  private let postgres: PostgresPool
  private let mailer: any Mailer
  private let from: String
  private var isStopped = false

  package init(on loop: EventLoop, _ postgres: PostgresPool, _ mailer: any Mailer, from: String) {
    self.loop = loop
    self.postgres = postgres
    self.mailer = mailer
    self.from = from
  }

  /// Looks once a second until it is stopped. A database that is away is looked for again.
  package func run() async {
    while !isStopped {
      let sent = (try? await sendDue()) ?? 0
      if sent == 0 { await loop.sleep(for: .seconds(1)) }
    }
  }

  package func stop() { isStopped = true }

  /// Tries what is due and returns how many the server took.
  package func sendDue() async throws(PostgresError) -> Int {
    var sent = 0
    // One at a time: the last of a batch would be due again, for another process, while the first are being sent.
    while let entry = try await OutboxStore.claim(in: postgres) {
      let message = Message(from: from, to: entry.recipient, subject: entry.subject, body: entry.body)
      do throws(MailError) {
        try await mailer.send(message)
        sent += 1
        try? await OutboxStore.sent(entry.id, in: postgres)
      } catch {
        // A deferred one is due again by itself.
        guard !error.isRetryable || entry.attempts >= Self.attempts else { continue }
        try await OutboxStore.refused(entry.id, because: error.reason, in: postgres)
      }
    }
    return sent
  }
}
