internal import Loop

/// Opens connections, and after a failure refuses at once until the next attempt is due.
final class Dialer {
  let settings: PostgresSettings
  let loop: EventLoop
  private var backoff = Backoff()
  private var lastFailure = PostgresError.unavailable(reason: "not tried")

  init(_ settings: PostgresSettings, on loop: EventLoop) {
    self.settings = settings
    self.loop = loop
  }

  func dial() async throws(PostgresError) -> PostgresConnection {
    guard backoff.allows(at: loop.now) else { throw lastFailure }
    do {
      let connection = try await PostgresConnection.open(settings, on: loop)
      backoff.succeeded()
      return connection
    } catch {
      backoff.failed(at: loop.now)
      lastFailure = error
      throw error
    }
  }
}
