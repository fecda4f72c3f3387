package import Loop

/// What one test has put up around it. When the test ends, however it ends, all of it is taken down, the last first.
package final class Stage {
  package let loop: EventLoop
  private var cleanups: [() async -> Void] = []

  private init(_ loop: EventLoop) { self.loop = loop }

  /// Runs a test on a loop of its own.
  package static func run(_ test: @escaping (Stage) async throws -> Void) throws {
    let loop = EventLoop()
    try loop.run {
      let stage = Stage(loop)
      let outcome: Result<Void, any Error>
      do { outcome = .success(try await test(stage)) } catch { outcome = .failure(error) }
      for cleanup in stage.cleanups.reversed() { await cleanup() }
      try outcome.get()
    }
  }

  package func atEnd(_ cleanup: @escaping () async -> Void) { cleanups.append(cleanup) }

  package func folder() throws -> TemporaryFolder {
    let folder = try TemporaryFolder()
    atEnd { folder.remove() }
    return folder
  }

  /// A Redis of this test alone, running.
  package func redis() async throws -> PrivateRedis {
    let redis = try PrivateRedis(on: loop)
    atEnd { await redis.remove() }
    try await redis.start()
    return redis
  }

  /// One of our commands, not yet running.
  package func program(
    _ command: String, _ arguments: [String] = [], environment: [String: String] = [:]
  ) throws -> Program {
    let program = Program(command, arguments, environment: environment, log: try folder(), on: loop)
    atEnd { await program.kill() }
    return program
  }

  /// One of our commands, running.
  package func start(
    _ command: String, _ arguments: [String] = [], environment: [String: String] = [:]
  ) throws -> Program {
    let program = try program(command, arguments, environment: environment)
    try program.start()
    return program
  }
}

/// Programs that end by themselves.
extension Stage {
  /// Runs one to its end: the exit status and all that it printed.
  package func run(
    _ command: String, _ arguments: [String], environment: [String: String] = [:]
  ) async throws -> (status: Int64, output: String) {
    let program = try start(command, arguments, environment: environment)
    let status = try await program.exit()
    return (status, program.output)
  }
}
