internal import Glibc
package import Loop

/// A redis-server of this test alone, on a unix socket; what it stores survives `kill` and `start`.
package final class PrivateRedis {
  package let socket: String
  private let folder: TemporaryFolder
  private let loop: EventLoop
  private let options: [String]
  private var process: ChildProcess?

  init(on loop: EventLoop, options: [String] = []) throws {
    self.options = options
    folder = try TemporaryFolder()
    self.loop = loop
    socket = "\(folder.path)/redis.sock"
  }

  /// Gives the body a running Redis, and stops it afterwards.
  /// - Parameter options: more of redis-server's.
  package static func run<R>(
    on loop: EventLoop, options: [String] = [], _ body: (PrivateRedis) async throws -> R
  ) async throws -> R {
    let redis = try PrivateRedis(on: loop, options: options)
    do {
      try await redis.start()
      let result = try await body(redis)
      await redis.remove()
      return result
    } catch {
      await redis.remove()
      throw error
    }
  }

  func remove() async {
    await kill()
    folder.remove()
  }

  package var url: String { "unix://\(socket)" }

  /// Returns once it accepts connections.
  package func start() async throws {
    unsafe _ = unlink(socket)
    var command = ChildProcess.Command(
      "/usr/bin/redis-server",
      [
        "--port", "0", "--unixsocket", socket, "--dir", folder.path, "--save", "", "--appendonly", "yes",
        "--appendfsync", "always", "--loglevel", "warning", "--logfile", "\(folder.path)/redis.log",
      ] + options)
    command.directory = folder.path
    command.lastSignal = .kill
    process = try ChildProcess.spawn(command, on: loop)
    try await eventually("redis-server accepts connections", on: loop) {
      guard let stream = try? await SocketStream.connect(to: .unix(path: socket), on: loop, deadline: .seconds(1))
      else { return false }
      stream.close()
      return true
    }
  }

  /// As kill -9 does: nothing is said to the clients.
  package func kill() async {
    process?.kill(SIGKILL)
    _ = await process?.exit
  }

  /// Stops it without ending it: connections stay, nothing is answered.
  package func freeze() { process?.kill(SIGSTOP) }

  package func thaw() { process?.kill(SIGCONT) }
}
