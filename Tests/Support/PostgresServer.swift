internal import Glibc
package import Loop
internal import Synchronization

/// A private PostgreSQL on a unix socket: one shared by the tests of a process, or one that a test may stop. It does
/// not outlive the process.
package struct PostgresServer: Sendable {
  package static let shared = make(isDurable: false)

  private static let databases = Atomic(0)
  private static let started = Mutex<[PostgresServer]>([])

  let folder: String
  /// What it has acknowledged is there after a crash. The one that nobody stops spares itself the writing.
  private let isDurable: Bool

  package var socket: String { "\(folder)/.s.PGSQL.5432" }

  /// One of a test's own, running.
  package static func alone(on loop: EventLoop) async throws -> PostgresServer {
    try await loop.offload { make(isDurable: true) }
  }

  private static func make(isDurable: Bool) -> PostgresServer {
    let server = started.withLock { servers in
      if servers.isEmpty { atexit { PostgresServer.removeAll() } }
      servers.append(
        PostgresServer(folder: "/tmp/moviesnow-pg-\(getpid())-\(servers.count)", isDurable: isDurable))
      return servers[servers.count - 1]
    }
    server.start()
    return server
  }

  /// A fresh, empty database: its URL.
  package func makeDatabase() -> String {
    let name = "test_\(Self.databases.add(1, ordering: .relaxed).newValue)"
    precondition(unsafe system("createdb -h \(folder) -U app \(name)") == 0, "createdb \(name)")
    return "postgresql:///\(name)?host=\(folder)&user=app"
  }

  /// Starts it, after `stop` again: what it stores is kept. The loop goes on meanwhile, as in `stop`.
  package func start(on loop: EventLoop) async throws { try await loop.offload { start() } }

  /// At once, as a crash does: sessions are cut, the log is replayed at the next start.
  package func stop(on loop: EventLoop) async throws { try await loop.offload { stop() } }

  private func start() {
    let command = "FSYNC=\(isDurable ? "on" : "off") \(Self.script) start \(folder) >/dev/null"
    precondition(unsafe system(command) == 0, command)
  }

  private func stop() { _ = unsafe system("\(Self.script) stop \(folder) immediate 2>/dev/null") }

  private static func removeAll() {
    for server in started.withLock({ $0 }) {
      server.stop()
      _ = unsafe system("rm -rf \(server.folder) \(server.folder).initdb.log")
    }
  }

  private static let script = "\(Program.repository)/deploy/local/postgres"
}
