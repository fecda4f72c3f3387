import Settings
import Testing

@Suite struct `Reading settings` {
  @Test func `a name is the same in the file and in the environment, which wins`() {
    let reader = SettingsReader(
      yaml: "# comment\nREDIS_URL: redis://file\nDELIVERY_MIN_TTL: 60\n", environment: ["REDIS_URL": "redis://env"])
    #expect(reader.text("REDIS_URL") == "redis://env")
    #expect(reader.int("DELIVERY_MIN_TTL", default: 30, in: 1...100) == 60)
    #expect(reader.problems == [])
  }

  @Test func `an empty value is none`() {
    let reader = SettingsReader(yaml: "A: b\nC:\n", environment: ["A": ""])
    #expect(reader.text("A") == "b")
    #expect(reader.text("C") == nil)
    #expect(reader.text("D") == nil)
  }

  @Test func `a list is a YAML list or a text with commas`() {
    let reader = SettingsReader(yaml: "A: [10.0.0.0/8, 127.0.0.1/32]\n", environment: ["B": "x, y ,"])
    #expect(reader.list("A") == ["10.0.0.0/8", "127.0.0.1/32"])
    #expect(reader.list("B") == ["x", "y"])
    #expect(reader.list("C", default: ["z"]) == ["z"])
  }

  @Test func `every problem names its setting, the value and what was expected`() {
    let reader = SettingsReader(environment: ["DELIVERY_MIN_TTL": "soon", "ENABLE_DOCS": "maybe", "TIMEOUT": "8d"])
    #expect(reader.int("DELIVERY_MIN_TTL", default: 30, in: 1...604_800) == 30)
    #expect(reader.flag("ENABLE_DOCS", default: true))
    #expect(reader.duration("TIMEOUT", default: .seconds(1), in: .zero ... .seconds(604_800)) == .seconds(1))
    #expect(reader.required("AWS_BUCKET_NAME", expected: "the bucket's name") == "")
    #expect(reader.problems.map(\.key) == ["DELIVERY_MIN_TTL", "ENABLE_DOCS", "TIMEOUT", "AWS_BUCKET_NAME"])
    #expect("\(reader.problems[0])" == "DELIVERY_MIN_TTL is \"soon\", expected a number from 1 to 604800")
  }

  @Test(arguments: [
    ("300", Duration.seconds(300)), ("250ms", .milliseconds(250)), ("5m", .seconds(300)), ("2h", .seconds(7200)),
    ("7d", .seconds(604_800)),
  ])
  func `a duration has its unit`(_ text: String, _ expected: Duration) {
    let reader = SettingsReader(environment: ["T": text])
    #expect(reader.duration("T", default: .zero, in: .zero ... .seconds(1_000_000)) == expected)
  }

  @Test func `a name in the file that nobody reads is refused`() {
    let reader = SettingsReader(yaml: "REDIS_URL: a\nREDIS_ULR: b\n", environment: [:])
    _ = reader.text("REDIS_URL")
    reader.refuseUnusedNames()
    #expect(reader.problems.map(\.key) == ["REDIS_ULR"])
  }

  @Test func `a name in small letters is no setting's`() {
    let reader = SettingsReader(yaml: "REDIS_URL: a\nredis_url: b\n", environment: [:])
    #expect(reader.text("REDIS_URL") == "a")
    reader.refuseUnusedNames()
    #expect(reader.problems.map(\.key) == ["redis_url"])
  }

  @Test(arguments: ["A: [1, 2]\n", "A:\n- 1\n", "A:\n  b: 1\n"])
  func `a list or names below a name are not taken for a value that is not set`(yaml: String) {
    let reader = SettingsReader(yaml: yaml, environment: [:])
    #expect(reader.int("A", default: 3, in: 1...9) == 3)
    #expect(reader.problems.map(\.key) == ["A"])
    #expect(SettingsReader(yaml: yaml, environment: ["A": "4"]).int("A", default: 3, in: 1...9) == 4)
  }

  @Test(arguments: [nil, "a: [", "A: 1\nA: 2\n", "A\n"] as [String?])
  func `of a file that is not there or not YAML only that is told, on one line`(yaml: String?) {
    let reader =
      yaml.map { SettingsReader(yaml: $0, environment: [:]) } ?? SettingsReader(file: "/no", environment: [:])
    #expect(reader.required("A", expected: "something") == "")
    #expect(reader.problems.map(\.key) == ["--config"] && !"\(reader.problems)".contains("\n"))
  }
}
