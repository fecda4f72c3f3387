internal import ArgumentParser
internal import Glibc
internal import Loop
internal import OriginServer
internal import Settings

struct Dev: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Start everything on an embedded default: a private Redis and the origin.",
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
      do {
        try await serve(redis.url, folder, on: loop)
      } catch {
        await redis.stop()
        throw error
      }
      await redis.stop()
    }
  }

  private func serve(_ redisURL: String, _ folder: StateFolder, on loop: EventLoop) async throws {
    let names = ["REDIS_URL": redisURL, "ORIGIN_LISTEN": "127.0.0.1:\(originPort)", "ENABLE_DOCS": "true"]
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
      state    \(folder.path) (addresses in dev.json)

      Try: curl -i \(base)/readyz
      """)
    await loop.untilTerminated()
    await origin.stop()
  }
}

/// One clear line that says what to do.
struct DevFailure: Error, CustomStringConvertible {
  let description: String

  init(_ lines: [String]) { description = lines.joined(separator: "\n") }
}
