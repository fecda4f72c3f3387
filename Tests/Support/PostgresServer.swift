internal import Glibc
internal import Synchronization

/// A private PostgreSQL on a unix socket, shared by the tests of a process and stopped when it exits.
package struct PostgresServer: Sendable {
  package static let shared = start(in: "/tmp/moviesnow-pg-\(getpid())")

  private static let databases = Atomic(0)

  let folder: String

  /// A fresh, empty database: its URL.
  package func makeDatabase() -> String {
    let name = "test_\(Self.databases.add(1, ordering: .relaxed).newValue)"
    precondition(unsafe system("createdb -h \(folder) -U app \(name)") == 0, "createdb \(name)")
    return "postgresql:///\(name)?host=\(folder)&user=app"
  }

  private static func start(in folder: String) -> PostgresServer {
    precondition(unsafe system("\(script) start \(folder) >/dev/null") == 0, "\(script) start \(folder)")
    atexit { PostgresServer.shared.stop() }
    return PostgresServer(folder: folder)
  }

  private func stop() { _ = unsafe system("\(Self.script) stop \(folder) immediate; rm -rf \(folder)*") }

  private static let script: String = {
    let root = #filePath.split(separator: "/", omittingEmptySubsequences: false).dropLast(3).joined(separator: "/")
    return "\(root)/deploy/local/postgres"
  }()
}
