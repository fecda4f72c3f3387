import Settings
import Testing

@Suite struct `Secrets` {
  private let good = String(repeating: "k", count: 32)

  @Test func `one of 32 bytes is taken and never printed`() {
    let reader = SettingsReader(environment: ["JWT_SECRET_KEY": good])
    let secret = reader.secret("JWT_SECRET_KEY")
    #expect(secret.bytes.count == 32)
    #expect("\(secret)" == "<secret>")
    #expect(reader.problems == [])
  }

  @Test func `a missing, short, shared or development secret is refused without showing it`() {
    let development = "dev-" + good
    let reader = SettingsReader(environment: ["SHORT": "tooshort", "A": good, "B": good, "DEV": development])
    for name in ["MISSING", "SHORT", "A", "B", "DEV"] { _ = reader.secret(name) }
    #expect(reader.problems.map(\.key) == ["MISSING", "SHORT", "B", "DEV"])
    let shown = reader.problems.map(\.description).joined()
    #expect(!shown.contains("tooshort") && !shown.contains(good))
  }

  @Test func `secrets with ids are refused alike, and one without an id is`() {
    let reader = SettingsReader(environment: ["TOKENS": good, "KEYS": "new:\(good)2, old:short, \(good), x:\(good)"])
    _ = reader.secret("TOKENS")
    #expect(reader.keyedSecrets("KEYS").map(\.id) == ["new", "old", "x"])
    #expect(reader.problems.map(\.key) == ["KEYS", "KEYS", "KEYS"])
    #expect(reader.problems[1].hint == nil && reader.problems[2].hint?.contains("the same as TOKENS") == true)
  }

  @Test func `dev may use its own`() {
    let reader = SettingsReader(environment: ["DEV": "dev-" + good], allowsDevelopmentSecrets: true)
    _ = reader.secret("DEV")
    #expect(reader.problems == [])
  }
}
