internal import Glibc
internal import Invocation
internal import Loop
internal import Redis

/// A private Redis on a unix socket, our child. Every write is on disk before it is answered.
struct RedisChild {
  let url: String
  private let process: ChildProcess

  static func start(in folder: StateFolder, on loop: EventLoop) async throws -> RedisChild {
    let data = try StateFolder("\(folder.path)/redis")
    let socket = "\(data.path)/redis.sock"
    guard socket.utf8.count < 107 else {
      throw CommandFailure("--state \(folder.path): too long for a unix socket. Choose a shorter path.")
    }
    var command = ChildProcess.Command(
      "redis-server",
      [
        "--port", "0", "--unixsocket", socket, "--unixsocketperm", "700", "--dir", data.path, "--appendonly", "yes",
        "--appendfsync", "always", "--save", "", "--logfile", "\(data.path)/redis.log",
      ])
    command.directory = data.path
    command.lastSignal = .terminate
    let process: ChildProcess
    do { process = try ChildProcess.spawn(command, on: loop) } catch {
      throw CommandFailure("redis-server: \(error). Run deploy/local/setup.")
    }
    let child = RedisChild(url: "unix://\(socket)?db=0", process: process)
    try await child.untilReady(log: "\(data.path)/redis.log", on: loop)
    return child
  }

  func stop() async {
    process.kill(SIGTERM)
    _ = await process.exit
  }

  private func untilReady(log: String, on loop: EventLoop) async throws {
    let client = RedisClient(loop: loop, url: try RedisURL(url))
    defer { client.close() }
    let deadline = loop.now + .seconds(30)
    while process.isRunning, loop.now < deadline {
      if (try? await client.send("PING")) != nil { return }
      await loop.sleep(for: .milliseconds(20))
    }
    await stop()
    throw CommandFailure("Redis did not start: the reason is in \(log).")
  }
}
