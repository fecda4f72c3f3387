internal import ArgumentParser
internal import Edge
internal import FoundationEssentials
internal import HTTPServer
internal import Invocation
internal import Loop
internal import OriginServer

struct Doctor: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Look at all that a configuration names: is it there, and as it should be?",
    discussion: """
      Asks Redis, the object store, the database, the mail server, the origin and the collector, tries the policies, \
      compares clocks. One line each, with what to do; exits with 1 when one of them failed. What it writes it removes.
      """,
    subcommands: [EdgeDoctor.self, OriginDoctor.self])
}

struct EdgeDoctor: ParsableCommand {
  static let configuration = CommandConfiguration(commandName: "edge", abstract: "With an edge's configuration.")

  @OptionGroup var options: DoctorOptions

  func run() throws {
    let settings = try options.configuration.load(EdgeSettings.init)
    try options.examine { examination in
      examination.fileLimit(
        needed: settings.limits.openFiles, for: "EDGE_MAX_CONNECTIONS: \(settings.limits.connections)")
      examination.certificates(settings.listener)
      if let folder = settings.cacheFolder { examination.room(in: folder, for: settings.cacheDiskBytes) }
      await examination.collector(settings.monitoring)
      if let origin = settings.origin, await examination.server("EDGE_ORIGIN_URL", origin),
        let delivery = settings.delivery
      {
        await examination.publication(delivery.identityKeys, of: origin)
      }
      guard let delivery = settings.delivery else { return }
      examination.policies(settings.policies)
      await examination.redis(delivery.redis)
      await examination.store(delivery.store, mustWrite: false)
    }
  }
}

struct OriginDoctor: ParsableCommand {
  static let configuration = CommandConfiguration(commandName: "origin", abstract: "With an origin's configuration.")

  @OptionGroup var options: DoctorOptions

  func run() throws {
    let settings = try options.configuration.load(OriginSettings.init)
    try options.examine { examination in
      examination.fileLimit(needed: Limits().connections, for: "its clients")
      examination.certificates(settings.listener)
      examination.policies(settings.policies)
      await examination.database(settings.database, hint: "moviesnow migrate\(options.configuration.arguments)")
      await examination.redis(settings.redis)
      await examination.store(settings.store, mustWrite: true)
      await examination.mail(settings)
      await examination.collector(settings.monitoring)
    }
  }
}

struct DoctorOptions: ParsableArguments {
  @OptionGroup var configuration: ConfigurationOptions

  @Flag(help: "Print a JSON list of {subject, state, detail}; state is ok, warning or failed.")
  var json = false

  /// Prints what `look` finds.
  /// - Throws: `ExitCode` 1 when something failed.
  func examine(_ look: @escaping (Examination) async -> Void) throws {
    let loop = EventLoop()
    let findings = try loop.run {
      let examination = try Examination(on: loop)
      await look(examination)
      examination.close()
      return examination.findings
    }
    if json {
      let encoder = JSONEncoder()
      encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
      print(String(decoding: try encoder.encode(findings), as: UTF8.self))
    } else {
      for finding in findings { print(finding) }
    }
    if findings.contains(where: { $0.state == .failed }) { throw ExitCode(1) }
  }
}
