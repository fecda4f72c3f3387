internal import ArgumentParser
internal import FoundationEssentials
internal import Invocation
internal import PolicyHost
internal import Publication
internal import Signing

struct Explain: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Print which policy rule decides on a key.",
    discussion: "Asks the node's policies as a request would, and shows what each of them says.")

  @Option(help: "The storage key.")
  var key: String

  @Option(
    help: """
      The caller's country, two letters of ISO 3166-1; XX and ZZ are none. It arrives as the first header that a \
      policy reads.
      """)
  var country: CountryCode?

  @Option(help: "When, ISO 8601 in UTC, such as 2026-01-31T20:00:00Z; without it, now.")
  var at: CivilTime?

  @Option(help: "The lifetime asked for, in seconds.")
  var ttl: Int64 = 3_600

  @Option(
    help: "The policies, as in POLICIES_FILE: a JSON list of {name, path, settings}; without it, the standard ones.")
  var policies: String?

  @Option(help: "The folder of the policies' libraries, as PLUGIN_FOLDER; without it, the one of this program.")
  var folder: String?

  @Option(help: "An edge's file of the last published state: the title's windows, its key's end, what was revoked.")
  var publication: String?

  func validate() throws {
    guard (1...1024).contains(key.utf8.count) else { throw ValidationError("--key must have 1 to 1024 bytes.") }
  }

  func run() throws {
    let set = try loadForOnce(try sources())
    let request = PolicyRequest()
    let now = at?.unixSeconds ?? CivilTime.nowUnixSeconds
    request.begin(key: key, purpose: .download, now: now, lifetime: ttl)
    if let country {
      guard let header = set.headers.first else { throw CommandFailure("--country: no policy reads a header.") }
      request.addHeader(header, country.description)
    }
    let published = try state()
    let title = StorageKeyTitle.id(inKey: key)
    if let title, let windows = published?.windows(ofTitle: title) {
      request.setTitle(title, windows: PolicyWindows(windows))
    }
    report(set.explain(request), published?.standing(ofKey: key, title: title, at: now), at: now)
  }

  /// As an edge decides: the policies first, then what the origin has said of the key itself.
  private func report(
    _ explained: (opinions: [PolicySet.Opinion], decision: PolicyDecision), _ standing: KeyStanding?, at now: Int64
  ) {
    for opinion in explained.opinions {
      let rule = opinion.rule.map { "  by \($0.name)" } ?? ""
      print("\(pad("\(opinion.hook)", 10)) \(pad(opinion.policy, 12)) \(opinion.verdict)\(rule)")
    }
    let decision = explained.decision
    print("country    \(decision.country?.description ?? "unknown")")
    if let standing { print("published  \(describe(standing, at: now))") }
    switch (decision.deniedBy, standing) {
    case (let rule?, _): print("decision   deny: \(rule.reason), by \(rule.qualifiedName)")
    case (nil, .revoked), (nil, .ended): print("decision   not found, as if the object were not there")
    case (nil, .open(until: let end?)) where end - now < decision.lifetime:
      print("decision   allow for \(end - now) s, limited by \(PolicyRule.bundleExpiry.qualifiedName)")
    case (nil, _):
      let limit = decision.limitedBy.map { ", limited by \($0.qualifiedName)" } ?? ""
      print("decision   allow for \(decision.lifetime) s\(limit)")
    }
  }

  private func describe(_ standing: KeyStanding, at now: Int64) -> String {
    switch standing {
    case .revoked: "revoked: it or its title was deleted or unpublished"
    case .ended(at: let end): "its bundle ended \(now - end) s before"
    case .open(until: let end?): "its bundle ends \(end - now) s later"
    case .open(until: nil): "nothing of the key itself"
    }
  }

  private func sources() throws -> [PolicySource] {
    let folder = folder.map(absolutePath) ?? PolicySource.programFolder
    guard let policies else { return PolicySource.standard(in: folder) }
    do throws(PolicyListMalformed) { return try PolicySource.list(file: policies, librariesIn: folder) } catch {
      throw CommandFailure("--policies \(policies): \(error)")
    }
  }

  private func state() throws -> PublishedState? {
    guard let publication else { return nil }
    guard let file = FileManager.default.contents(atPath: publication) else {
      throw CommandFailure("--publication \(publication): there is no such file that can be read.")
    }
    do { return try PublicationCodec.decodeState([UInt8](file)) } catch {
      throw CommandFailure("--publication \(publication): it is no publication.json of an edge of this version.")
    }
  }
}
