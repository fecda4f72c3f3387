internal import ArgumentParser
internal import Glibc
internal import Loop
internal import OriginServer
internal import Postgres
internal import Settings

struct Dev: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Start everything on an embedded default: private PostgreSQL and Redis, and the origin.",
    discussion: "Listens on loopback only. Ctrl-C stops all of it; a second start keeps the data.")

  @Option(help: "The folder that keeps the data.")
  var state = "var"

  @Option(help: "The origin's port; 0 takes any free one.")
  var originPort: UInt16 = 8081

  func run() throws {
    let folder = try StateFolder(state)
    let loop = EventLoop()
    try loop.run {
      let redis = try await RedisChild.start(in: folder, on: loop)
      let outcome = await Result { try await serve(beside: redis, in: folder, on: loop) }
      await redis.stop()
      try outcome.get()
    }
  }

  private func serve(beside redis: RedisChild, in folder: StateFolder, on loop: EventLoop) async throws {
    let postgres = try await PostgresChild.start(in: folder, on: loop)
    let outcome = await Result {
      _ = try await OriginSchema.migrate(PostgresSettings(url: postgres.url), on: loop)
      try await serve(redis.url, postgres.url, folder, on: loop)
    }
    await postgres.stop()
    try outcome.get()
  }

  private func serve(
    _ redisURL: String, _ databaseURL: String, _ folder: StateFolder, on loop: EventLoop
  ) async throws {
    let names = [
      "REDIS_URL": redisURL, "DATABASE_URL": databaseURL, "ORIGIN_LISTEN": "127.0.0.1:\(originPort)",
      "ENABLE_DOCS": "true",
    ]
    let reader = SettingsReader(environment: names, allowsDevelopmentSecrets: true)
    guard let settings = OriginSettings(reader) else { throw DevFailure(reader.problems.map(\.description)) }
    let origin: Origin
    do { origin = try Origin(settings, on: loop) } catch let error as UVError {
      throw DevFailure(["port \(originPort): \(error). Stop what listens there, or pass --origin-port 0."])
    }
    let base = "http://127.0.0.1:\(origin.port ?? originPort)"
    try folder.write(#"{"origin":"\#(base)"}"# + "\n", to: "dev.json")
    print(
      """
      origin   \(base)
      redis    \(redisURL)
      postgres \(databaseURL)
      state    \(folder.path) (addresses in dev.json)

      Try: curl -i \(base)/readyz
      """)
    await loop.untilTerminated()
    await origin.stop()
  }
}

extension Result where Failure == any Error {
  /// Kept, so that what was started can be stopped before an error goes on.
  fileprivate init(_ body: () async throws -> Success) async {
    do { self = .success(try await body()) } catch { self = .failure(error) }
  }
}

/// One clear line that says what to do.
struct DevFailure: Error, CustomStringConvertible {
  let description: String

  init(_ lines: [String]) { description = lines.joined(separator: "\n") }
}
