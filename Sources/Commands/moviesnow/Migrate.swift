internal import ArgumentParser
internal import Invocation
internal import Loop
internal import OriginServer
internal import Postgres

struct Migrate: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Bring the origin's database up to date.",
    discussion: "Runs the steps that DATABASE_URL lacks, each in its own transaction, and prints their names.")

  @OptionGroup var configuration: ConfigurationOptions

  @Flag(help: "Print the steps, run none.")
  var dryRun = false

  func run() throws {
    let database = try configuration.load(OriginSettings.database)
    let loop = EventLoop()
    try loop.run {
      let steps: [String]
      do {
        steps =
          dryRun
          ? try await OriginSchema.pending(in: database, on: loop)
          : try await OriginSchema.migrate(database, on: loop)
      } catch { throw CommandFailure("DATABASE_URL: \(error)") }
      for step in steps { print(step) }
      print(steps.isEmpty ? "The schema is up to date." : "\(steps.count) steps\(dryRun ? " to run" : " run").")
    }
  }
}
