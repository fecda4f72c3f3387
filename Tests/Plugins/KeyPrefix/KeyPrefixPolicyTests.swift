import KeyPrefixRules
import PolicySDK
import Testing

@Suite struct `Keys that may be issued` {
  private func verdict(_ key: String, settings: String = "{}") throws -> (isAllowed: Bool, rule: Rule) {
    let host = try FakeHost<KeyPrefixPolicy>(settings: settings)
    return switch try host.authorize(.init(key: key)) {
    case .allow(let rule): (true, host.rules[rule])
    case .deny(let rule): (false, host.rules[rule])
    case .abstain: fatalError("these rules never abstain")
    }
  }

  @Test(arguments: [
    "bundles/t/S01.zip", "bundles/a.zip", "bundles/a/b/c.zip", "downloads/x/extras/y.zip",
    "downloads/x/e1/extras/a/y.zip",
  ])
  func `the seed's keys are allowed without settings`(_ key: String) throws { #expect(try verdict(key).isAllowed) }

  @Test(arguments: [
    "", "bundles/", "bundles/.zip", "bundles/a.txt", "bundles/a.zip.exe", "Bundles/a.zip", "bundles/a.ZIP",
    "downloads/x/season1/video.zip", "downloads/x/extras/video.mp4", "downloads/extras/y.zip",
    "downloads/x/extras/.zip", "images/a.zip", "x/bundles/a.zip", "originals/secret.mp4",
  ])
  func `all else is refused by name`(_ key: String) throws {
    let verdict = try verdict(key)
    #expect(!verdict.isAllowed)
    #expect(verdict.rule == Rule("allowed-keys", denies: "key_not_allowed"))
  }

  @Test func `the rule that allows is the pattern`() throws {
    #expect(try verdict("downloads/x/extras/y.zip").rule.name == "downloads/**/extras/**.zip")
  }

  @Test func `one star stays within a segment`() throws {
    let settings = #"{"allow": ["subs/*/en.vtt"]}"#
    #expect(try verdict("subs/t/en.vtt", settings: settings).isAllowed)
    #expect(try !verdict("subs/t/s/en.vtt", settings: settings).isAllowed)
    #expect(try !verdict("subs//en.vtt", settings: settings).isAllowed)
  }

  @Test func `a prefix with extensions is a pattern for each`() throws {
    let settings = #"{"prefixes": [{"prefix": "downloads/", "extensions": ["mp4", "webm"]}]}"#
    #expect(try verdict("downloads/a/b.webm", settings: settings).isAllowed)
    #expect(try !verdict("bundles/a.zip", settings: settings).isAllowed)
  }

  @Test func `a denied pattern beats an allowed one`() throws {
    let settings = #"{"allow": ["**.zip"], "deny": ["bundles/secret/**"]}"#
    let verdict = try verdict("bundles/secret/a.zip", settings: settings)
    #expect(!verdict.isAllowed)
    #expect(verdict.rule.reason == "key_denied")
  }

  @Test func `a hostile key takes no longer than its length`() throws {
    let settings = #"{"allow": ["**a**a**a**a**a**a**b"]}"#
    #expect(try !verdict(String(repeating: "a", count: 1024), settings: settings).isAllowed)
  }

  @Test(arguments: [
    ("", "JSON"), ("[]", "must be"), (#"{"alow": []}"#, "unknown setting \"alow\""), (#"{"allow": []}"#, "no key"),
    (#"{"allow": [1]}"#, "must be a string"), (#"{"allow": [""]}"#, "empty"),
    (#"{"allow": ["*\#(String(repeating: "x", count: 70))"]}"#, "63"),
  ])
  func `settings that make no sense are refused with the reason`(_ settings: String, _ reason: String) {
    let error = #expect(throws: SettingsRefused.self) { try FakeHost<KeyPrefixPolicy>(settings: settings) }
    #expect(error?.description.contains(reason) == true, "\(error?.description ?? "")")
  }
}
