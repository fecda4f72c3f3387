internal import Glibc
internal import Invocation
internal import Loop
internal import OriginServer
internal import Postgres

/// A private PostgreSQL 15 on a unix socket, our child. It refuses root: then it runs as `postgres`, in its own folder.
struct PostgresChild {
  let url: String
  private let process: ChildProcess

  private static let programs = "/usr/lib/postgresql/15/bin"

  static func start(in folder: StateFolder, on loop: EventLoop) async throws -> PostgresChild {
    let owner = try Owner(of: folder)
    let data = "\(owner.folder)/data"
    let place = "\(folder.path)/database"
    if unsafe access("\(data)/PG_VERSION", F_OK) == 0 {
      // As root it lies elsewhere, and may have outlived the folder whose secrets go with it.
      guard unsafe access(place, F_OK) == 0 else {
        throw CommandFailure("\(owner.folder): the database of an earlier \(folder.path). Remove it to start anew.")
      }
    } else {
      try folder.write("\(owner.folder)\n", to: "database")
      let arguments = ["-D", data, "-U", "app", "-A", "trust", "-E", "UTF8", "--locale=C", "-N"]
      let exit = try await spawn("initdb", arguments, owner, on: loop).exit
      guard exit.status == 0 else { throw CommandFailure("initdb failed. Remove \(data) and try again.") }
    }
    let settings = ["-D", data, "-k", owner.folder, "-c", "listen_addresses="]
    let child = PostgresChild(
      url: "postgresql:///postgres?host=\(owner.folder)&user=app",
      process: try spawn("postgres", settings, owner, on: loop))
    try await child.untilReady(owner, on: loop)
    return child
  }

  func stop() async {
    // Fast shutdown: sessions are ended, nothing is lost.
    process.kill(SIGINT)
    _ = await process.exit
  }

  private func untilReady(_ owner: Owner, on loop: EventLoop) async throws {
    let settings = try PostgresSettings(url: url)
    let deadline = loop.now + .seconds(30)
    while process.isRunning, loop.now < deadline {
      if (try? await OriginSchema.pending(in: settings, on: loop)) != nil { return }
      await loop.sleep(for: .milliseconds(50))
    }
    await stop()
    throw CommandFailure("PostgreSQL did not start: the reason is in \(owner.folder)/postgres.log.")
  }

  private static func spawn(
    _ program: String, _ arguments: [String], _ owner: Owner, on loop: EventLoop
  ) throws -> ChildProcess {
    let log = unsafe open("\(owner.folder)/postgres.log", O_WRONLY | O_CREAT | O_APPEND, 0o600)
    defer { close(log) }
    var command = ChildProcess.Command("\(programs)/\(program)", arguments)
    command.output = log
    command.directory = owner.folder
    command.user = owner.user
    command.lastSignal = .interrupt
    do { return try ChildProcess.spawn(command, on: loop) } catch {
      throw CommandFailure("\(programs)/\(program): \(error). Run deploy/local/setup.")
    }
  }

  /// Who runs it, and where.
  private struct Owner {
    let folder: String
    let user: (uid: UInt32, gid: UInt32)?

    init(of state: StateFolder) throws {
      guard getuid() == 0 else {
        folder = try StateFolder("\(state.path)/postgres").path
        user = nil
        return
      }
      guard let entry = unsafe getpwnam("postgres") else {
        throw CommandFailure("There is no user postgres. Run deploy/local/setup.")
      }
      user = unsafe (entry.pointee.pw_uid, entry.pointee.pw_gid)
      // `postgres` cannot enter root's state folder.
      let base = "/var/lib/moviesnow"
      _ = unsafe mkdir(base, 0o711)
      folder = try StateFolder("\(base)/postgres\(state.path.split(separator: "/").map { "-\($0)" }.joined())").path
      _ = unsafe chown(folder, entry.pointee.pw_uid, entry.pointee.pw_gid)
      print("As root: PostgreSQL runs as user postgres, its data is in \(folder).")
    }
  }
}
