internal import ArgumentParser
internal import HTTP
internal import Invocation
internal import Logging
internal import Loop
internal import Observability

struct Dev: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Start everything on an embedded default: PostgreSQL, Redis, object store, origin and edge.",
    discussion: """
      Makes a first admin and a small demo catalogue, and writes what listens where to dev.json in the state folder. \
      Ctrl-C stops all of it; a second start keeps the data.
      """)

  @Option(help: "The folder that keeps the data.")
  var state = "var"

  @Option(help: "The edge's port; 0 takes any free one.")
  var edgePort: UInt16 = 8080

  @Option(help: "The origin's port; 0 takes any free one.")
  var originPort: UInt16 = 8081

  @Option(help: "The object store's port; 0 takes any free one.")
  var s3Port: UInt16 = 9000

  @Option(help: "The port of measurements and readiness, on loopback only; 0 takes any free one.")
  var opsPort: UInt16 = 9100

  @Option(help: "The address to listen on. Anything but loopback shows a node made for trying to your network.")
  var listen = IPAddress("127.0.0.1")!

  func run() throws {
    if !listen.isLoopback {
      printError("warning: --listen \(listen) opens this node, and an object store beside it, to your network.")
    }
    let folder = try StateFolder(state)
    JSONLinesLogHandler.install(level: .info, to: try folder.appending(to: "log"))
    let loop = EventLoop()
    try loop.run {
      try await StateLock.take(in: folder, on: loop)
      let house = DevHouse(self, in: folder, on: loop)
      let outcome: Result<Void, any Error>
      do { outcome = .success(try await house.serve()) } catch { outcome = .failure(error) }
      await house.stop()
      try outcome.get()
    }
  }
}
