import PolicyHost
import Publication
import Support
import Testing

@Suite struct `A chain of policies` {
  private let library: TestLibrary

  init() throws { library = try TestLibrary() }

  private func set(_ policies: [[String]]) throws -> PolicySet {
    return try library.load(
      policies.enumerated().map { index, defines in
        PolicySource(name: "p\(index)", path: library.compile("\(index)", defines: defines))
      })
  }

  private let denies = ["VERDICT=POLICY_DENY"]
  private let abstains = ["VERDICT=POLICY_ABSTAIN"]
  private let fails = ["VERDICT=POLICY_FAILED"]

  @Test func `the first denial wins, wherever it stands`() throws {
    #expect(try set([[], denies, denies]).evaluate(question()).deniedBy?.qualifiedName == "p1/fixed")
  }

  @Test func `without any allowance the key is refused`() throws {
    #expect(try set([abstains]).evaluate(question()).deniedBy?.qualifiedName == "host/no-allowance")
    #expect(try set([]).evaluate(question()).deniedBy?.qualifiedName == "host/no-allowance")
    #expect(try set([abstains, []]).evaluate(question()).isAllowed)
  }

  @Test func `no URL lives longer than its signature can, though no policy bounds it`() throws {
    let decision = try set([["MAXIMUM=0"]]).evaluate(question(lifetime: .max))
    #expect(decision.lifetime == 604_800 && decision.limitedBy?.qualifiedName == "host/signature-lifetime")
    #expect(try set([["MAXIMUM=604800"]]).evaluate(question(lifetime: .max)).limitedBy?.qualifiedName == "p0/fixed")
  }

  @Test func `a failing hook refuses, unless its policy fails open`() throws {
    #expect(try set([[], fails]).evaluate(question()).deniedBy?.reason == "policy_failed")
    #expect(try set([[], fails + ["FAILS_OPEN=POLICY_AUTHORIZE_FAILS_OPEN"]]).evaluate(question()).isAllowed)
  }

  @Test func `an answer that makes no sense is a failure`() throws {
    let set = try set([["VERDICT=77"], ["RULE=9"]])
    _ = set.evaluate(question())
    #expect(set.counters[0].authorize.failures == 1)
    #expect(set.explain(question()).opinions.filter { $0.rule?.reason == "policy_failed" }.count == 2)
  }

  @Test func `a policy that keeps failing is no longer asked`() throws {
    let set = try set([[], fails + ["FAILS_OPEN=(POLICY_AUTHORIZE_FAILS_OPEN | POLICY_LIMIT_FAILS_OPEN)"]])
    for _ in 0..<30 { #expect(set.evaluate(question()).isAllowed) }
    #expect(set.counters[1].isQuarantined && set.counters[1].authorize.calls == 10)
    #expect(!set.counters[0].isQuarantined && set.counters[0].authorize.calls == 30)
  }

  @Test func `a policy that is no longer asked refuses, unless all its hooks fail open`() throws {
    let set = try set([[], fails + ["FAILS_OPEN=POLICY_AUTHORIZE_FAILS_OPEN"]])
    for _ in 0..<9 { #expect(set.evaluate(question()).isAllowed) }
    #expect(set.evaluate(question()).deniedBy?.qualifiedName == "p1/failure")
  }

  @Test func `a caller is given its own country's answers, unless a policy knows a country with the same`() throws {
    let classifies = ["CLASSIFY"]
    #expect(try set([classifies]).audience(for: question()) == CountryCode("AT"))
    #expect(try set([classifies, ["VARY=POLICY_ALLOW"]]).audience(for: question()) == CountryCode("DE"))
    for outcome in ["POLICY_ABSTAIN", "POLICY_FAILED"] {
      #expect(try set([classifies, ["VARY=\(outcome)"]]).audience(for: question()) == CountryCode("AT"))
    }
    #expect(try set([["VARY=POLICY_ALLOW"]]).audience(for: question()) == nil)
    let older = ["VARY=POLICY_ALLOW", "SIZE=offsetof(policy_plugin, vary)"]
    #expect(try set([classifies, older]).audience(for: question()) == CountryCode("AT"))
  }

  @Test func `calls, denials and their time are counted`() throws {
    let set = try set([denies])
    for _ in 0..<3 { _ = set.evaluate(question()) }
    let counted = set.counters[0].authorize
    #expect(counted.calls == 3 && counted.denials == 3 && counted.failures == 0 && counted.nanoseconds > 0)
    #expect((0..<8).reduce(0) { $0 + counted.latencies[$1] } == 3)
  }
}

@Suite struct `The policies of a node` {
  private let film = "0f8fad5b-d9cb-469f-a165-70867728950e"

  private func standard() throws -> PolicySet {
    let library = try TestLibrary()
    return try library.load(PolicySource.standard(in: TestLibrary.products))
  }

  @Test func `a week is clamped to an hour by the lifetime policy`() throws {
    let decision = try standard().evaluate(question(lifetime: 604_800))
    #expect(decision.isAllowed && decision.lifetime == 3_600 && decision.limitedBy?.qualifiedName == "ttl/ttl")
  }

  @Test func `a key outside the prefixes is refused by the rule's name`() throws {
    let decision = try standard().evaluate(question("originals/secret.mp4"))
    #expect(decision.deniedBy?.qualifiedName == "keys/allowed-keys" && decision.deniedBy?.reason == "key_not_allowed")
  }

  @Test func `windows decide by the country of a trusted header, and bound the lifetime`() throws {
    let set = try standard()
    let germany = CountryCode("DE")!
    let windows = PolicyWindows([AvailabilityWindow(start: 100, end: 1_000, territory: .include([germany]))])
    func ask(_ country: String?) -> PolicyDecision {
      let request = question("bundles/\(film)/S01.zip", now: 900, lifetime: 300)
      request.setTitle(film, windows: windows)
      if let country { request.addHeader("cf-ipcountry", country) }
      return set.evaluate(request)
    }
    let allowed = ask("DE")
    #expect(allowed.isAllowed && allowed.lifetime == 100 && allowed.limitedBy?.name == "window-end")
    #expect(allowed.country == germany)
    #expect(ask("US").deniedBy?.reason == "country_excluded")
    #expect(ask(nil).deniedBy?.reason == "country_unknown")
    #expect(set.headers == ["cf-ipcountry", "x-country", "x-geo-country", "x-app-country"])
  }

  @Test func `the example in C refuses its hours`() throws {
    let library = try TestLibrary()
    let path = library.compile("quiet", from: "Plugins/ExampleC/quiet_hours.c")
    let keys = PolicySource.standard(in: TestLibrary.products)[0]
    let quiet = PolicySource(name: "quiet", path: path, settings: #"{"from": 22, "to": 6}"#)
    let set = try library.load([keys, quiet])
    #expect(set.evaluate(question(now: 23 * 3_600)).deniedBy?.reason == "quiet_hours")
    #expect(set.evaluate(question(now: 12 * 3_600)).isAllowed)
    #expect(throws: PolicyError.self) {
      try library.load([PolicySource(name: "quiet", path: path, settings: #"{"from": 22}"#)])
    }
  }
}
