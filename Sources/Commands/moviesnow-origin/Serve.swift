internal import ArgumentParser
internal import Glibc
internal import Invocation
internal import Loop
internal import OriginServer
internal import PolicyHost

struct Serve: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Serve until SIGTERM, then finish what is in flight.")

  @OptionGroup var configuration: ConfigurationOptions

  func run() throws {
    let settings = try configuration.load(OriginSettings.init)
    let policies = try settings.loadPolicies().set(forLoop: 0)
    let loop = EventLoop()
    try loop.run {
      try await requireSchema(settings, on: loop)
      let origin: Origin
      do {
        try settings.listen.requireUnused()
        origin = try Origin(settings, policies: { policies }, on: loop)
      } catch let error as UVError {
        printError("ORIGIN_LISTEN: cannot listen on \(settings.listen): \(error). Is another process using it?")
        throw ExitCode(1)
      }
      print("origin listens on \(settings.listen.bound(to: origin.port))")
      fflush(nil)
      await loop.untilTerminated()
      await origin.stop()
    }
  }

  /// A server never migrates by itself: two versions of it may run side by side.
  private func requireSchema(_ settings: OriginSettings, on loop: EventLoop) async throws {
    let pending: [String]
    do { pending = try await OriginSchema.pending(in: settings.database, on: loop) } catch {
      printError("DATABASE_URL: \(error). Is PostgreSQL up, and may this user connect?")
      throw ExitCode(1)
    }
    guard let first = pending.first else { return }
    printError(
      "DATABASE_URL: the schema lacks \(pending.count) steps, from \(first) on. "
        + "Run: moviesnow migrate\(configuration.arguments)")
    throw ExitCode(1)
  }
}
