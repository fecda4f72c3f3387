import PolicySDK
import TTLClampRules
import Testing

@Suite struct `Lifetimes` {
  private func bounds(of key: String, settings: String) throws -> (bounds: Bounds?, rule: String) {
    let host = try FakeHost<TTLClampPolicy>(settings: settings)
    let bounds = try host.limit(.init(key: key))
    return (bounds, bounds.map { host.rules[$0.rule].name } ?? "")
  }

  @Test func `without settings a URL lives between a minute and an hour`() throws {
    #expect(try bounds(of: "bundles/a.zip", settings: "{}").bounds == Bounds(minimum: 60, maximum: 3_600, by: 0))
  }

  @Test func `the longest prefix decides, and takes the rest from the general range`() throws {
    let settings = #"""
      {"minimum": 10, "maximum": 1000,
       "prefixes": [{"prefix": "b/", "maximum": 500}, {"prefix": "b/long/", "minimum": 100}]}
      """#
    let short = try bounds(of: "b/x", settings: settings)
    #expect(short.bounds?.minimum == 10 && short.bounds?.maximum == 500 && short.rule == "ttl b/")
    let long = try bounds(of: "b/long/x", settings: settings)
    #expect(long.bounds?.minimum == 100 && long.bounds?.maximum == 1000 && long.rule == "ttl b/long/")
    #expect(try bounds(of: "c/x", settings: settings).rule == "ttl")
  }

  @Test(arguments: [
    #"{"minimum": 0}"#, #"{"minimum": 20, "maximum": 10}"#, #"{"maximum": 604801}"#, #"{"max": 5}"#,
    #"{"maximum": "1h"}"#, #"{"prefixes": [{"maximum": 60}]}"#, #"{"prefixes": [{"prefix": "b/", "maximum": 5}]}"#,
  ])
  func `a range that makes no sense is refused`(_ settings: String) {
    #expect(throws: SettingsRefused.self) { try FakeHost<TTLClampPolicy>(settings: settings) }
  }
}
