internal import ArgumentParser
internal import FoundationEssentials
internal import Glibc
internal import PolicyHost
internal import Publication
internal import Signing

struct Explain: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Print which policy rule decides on a key.",
    discussion: "Asks the node's policies as a request would, and shows what each of them says.")

  @Option(help: "The storage key.")
  var key: String

  @Option(help: "The caller's country, ISO 3166-1 alpha-2; it arrives as the first header that a policy reads.")
  var country: String?

  @Option(help: "When, ISO 8601 in UTC; without it, now.")
  var at: String?

  @Option(help: "The lifetime asked for, in seconds.")
  var ttl: Int64 = 3_600

  @Option(
    help: "The policies, as in POLICIES_FILE: a JSON list of {name, path, settings}; without it, the standard ones.")
  var policies: String?

  @Option(help: "The folder of the policies' libraries, as PLUGIN_FOLDER; without it, the one of this program.")
  var folder: String?

  @Option(help: "An edge's file of the last published state, for the title's windows.")
  var publication: String?

  func run() throws {
    guard (1...1024).contains(key.utf8.count) else { throw ValidationError("--key must have 1 to 1024 bytes.") }
    let set = try loadForOnce(try sources())
    let request = PolicyRequest()
    request.begin(key: key, purpose: .download, now: try unixSeconds(), lifetime: ttl)
    if let country {
      guard let code = CountryCode(country) else { throw ValidationError("--country must be two letters.") }
      guard let header = set.headers.first else { throw ValidationError("No policy reads a country's header.") }
      request.addHeader(header, code.description)
    }
    if let title = StorageKeyTitle.id(inKey: key), let windows = try state()?.windows(ofTitle: title) {
      request.setTitle(title, windows: PolicyWindows(windows))
    }
    report(set.explain(request))
  }

  private func report(_ explained: (opinions: [PolicySet.Opinion], decision: PolicyDecision)) {
    for opinion in explained.opinions {
      let rule = opinion.rule.map { "  by \($0.name)" } ?? ""
      print("\(pad("\(opinion.hook)", 10)) \(pad(opinion.policy, 12)) \(opinion.verdict)\(rule)")
    }
    let decision = explained.decision
    print("country    \(decision.country?.description ?? "unknown")")
    switch decision.outcome {
    case .allow:
      let limit = decision.limitedBy.map { ", limited by \($0.qualifiedName)" } ?? ""
      print("decision   allow for \(decision.lifetime) s\(limit)")
    case .deny(let rule):
      print("decision   deny: \(rule.reason), by \(rule.qualifiedName)")
    }
  }

  private func pad(_ text: String, _ width: Int) -> String {
    text + String(repeating: " ", count: max(0, width - text.count))
  }

  private func sources() throws -> [PolicySource] {
    let folder = folder.map(absolutePath) ?? PolicySource.programFolder
    guard let policies else { return PolicySource.standard(in: folder) }
    do throws(PolicyListMalformed) { return try PolicySource.list(file: policies, librariesIn: folder) } catch {
      throw ValidationError("--policies \(policies): \(error)")
    }
  }

  private func state() throws -> PublishedState? {
    guard let publication else { return nil }
    return try PublicationCodec.decodeState([UInt8](try Data(contentsOf: URL(filePath: publication))))
  }

  private func unixSeconds() throws -> Int64 {
    guard let at else { return Int64(Glibc.time(nil)) }
    guard let civil = CivilTime(iso8601: at) else {
      throw ValidationError("--at must be like 2026-01-31T20:00:00Z, not '\(at)'.")
    }
    return civil.unixSeconds
  }
}
