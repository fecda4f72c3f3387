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

  @Test func `dev may use its own`() {
    let reader = SettingsReader(environment: ["DEV": "dev-" + good], allowsDevelopmentSecrets: true)
    _ = reader.secret("DEV")
    #expect(reader.problems == [])
  }
}
