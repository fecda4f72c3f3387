import GeoScheduleRules
import PolicySDK
import Testing

private typealias Host = FakeHost<GeoSchedulePolicy>
private let germany = Country("DE")!
private let france = Country("FR")!

@Suite struct `Windows of a title` {
  private func ask(
    _ windows: [(start: Int64, end: Int64, place: Host.Place)], in country: Country?, at now: Int64 = 150,
    purpose: Purpose = .download
  ) throws -> (reason: String, lifetime: Int64?) {
    let host = try Host()
    var question = Host.Question(key: "bundles/t/S01.zip")
    question.title = "t"
    question.windows = windows
    question.country = country
    question.now = now
    question.purpose = purpose
    let reason =
      switch try host.authorize(question) {
      case .abstain: "abstain"
      case .allow: "allow"
      case .deny(let rule): host.rules[rule].reason
      }
    return (reason, try host.limit(question)?.maximum)
  }

  @Test func `an open window allows and bounds the lifetime by its end`() throws {
    let answer = try ask([(100, 200, .only([germany]))], in: germany)
    #expect(answer.reason == "allow" && answer.lifetime == 50)
  }

  @Test(arguments: [(99, "window_closed"), (100, "allow"), (199, "allow"), (200, "window_closed")])
  func `a window is half-open`(_ now: Int64, _ reason: String) throws {
    #expect(try ask([(100, 200, .everywhere)], in: germany, at: now).reason == reason)
  }

  @Test func `a country that no window holds is excluded`() throws {
    #expect(try ask([(100, 200, .only([germany]))], in: france).reason == "country_excluded")
    #expect(try ask([(100, 200, .allBut([france]))], in: france).reason == "country_excluded")
    #expect(try ask([(100, 200, .allBut([france]))], in: germany).reason == "allow")
  }

  @Test func `an unknown country is refused unless a global window is open`() throws {
    #expect(try ask([(100, 200, .allBut([france]))], in: nil).reason == "country_unknown")
    #expect(try ask([(100, 200, .allBut([france])), (120, 180, .everywhere)], in: nil).reason == "allow")
    #expect(try ask([(160, 200, .everywhere)], in: nil).reason == "window_closed")
  }

  @Test func `windows that follow each other carry the lifetime on`() throws {
    let windows: [(start: Int64, end: Int64, place: Host.Place)] = [
      (200, 300, .only([germany])), (100, 200, .everywhere), (301, 400, .everywhere),
    ]
    #expect(try ask(windows, in: germany).lifetime == 150)
    #expect(try ask(windows, in: france).lifetime == 50)
  }

  @Test func `a window without an end bounds nothing`() throws {
    #expect(try ask([(100, .max, .everywhere)], in: germany).lifetime == nil)
  }

  @Test func `a title without windows, and a token for somebody elsewhere, are none of its business`() throws {
    #expect(try ask([], in: germany).reason == "abstain")
    #expect(try ask([(0, 1, .everywhere)], in: germany, purpose: .mint) == ("abstain", nil))
  }
}

@Suite struct `The country of a caller` {
  private func country(
    _ headers: [(name: String, value: String)], settings: String = "{}"
  ) throws -> (code: String?, rule: String) {
    let host = try Host(settings: settings)
    var question = Host.Question()
    question.headers = headers
    let found = try host.classify(question)
    return (found?.country.description, found.map { host.rules[$0.rule].name } ?? "")
  }

  @Test func `the first header in the configured order wins`() throws {
    #expect(try country([("x-country", "fr"), ("cf-ipcountry", "DE")]) == ("DE", "header cf-ipcountry"))
    let settings = #"{"headers": ["X-Country", "cf-ipcountry"]}"#
    let found = try country([("x-country", "fr"), ("cf-ipcountry", "DE")], settings: settings)
    #expect(found == ("FR", "header x-country"))
  }

  @Test(arguments: ["XX", "T1", "", "DEU", "zz"])
  func `a header that names no country is passed over`(_ value: String) throws {
    #expect(try country([("cf-ipcountry", value), ("x-country", "US")]).0 == "US")
  }

  @Test func `without headers the country is unknown`() throws { #expect(try country([]).0 == nil) }

  // Tests/Vectors/countries.mmdb: 192.0.2.0/24 DE, 198.51.100.0/24 and 2001:db8:2::/48 US.
  @Test(
    arguments: [
      ([192, 0, 2, 7], "DE"), ([198, 51, 100, 1], "US"), ([203, 0, 113, 1], nil), ([], nil),
      ([0x20, 0x01, 0x0D, 0xB8, 0, 2] + [UInt8](repeating: 0, count: 10), "US"),
    ] as [([UInt8], String?)])
  func `a database tells by the address when no header does`(_ address: [UInt8], _ code: String?) throws {
    let folder = #filePath.split(separator: "/").dropLast(3).reduce("") { "\($0)/\($1)" }
    let host = try Host(settings: #"{"database": "\#(folder)/Vectors/countries.mmdb"}"#)
    var question = Host.Question()
    question.address = address
    #expect(try host.classify(question)?.country.description == code)
    question.headers = [("x-country", "FR")]
    #expect(try host.classify(question)?.country.description == "FR")
  }

  @Test func `a database that is not there is refused with its path`() {
    let error = #expect(throws: SettingsRefused.self) { try Host(settings: #"{"database": "/nowhere/x.mmdb"}"#) }
    #expect(error?.description.contains("/nowhere/x.mmdb") == true)
  }

  @Test func `a region's first country stands for all of them, and everyone else for himself`() throws {
    let host = try Host(settings: #"{"regions": [["DE", "AT", "CH"], ["US", "CA"]]}"#)
    let stands: [(String, String?)] = [("DE", "DE"), ("CH", "DE"), ("CA", "US"), ("FR", nil)]
    for (country, other) in stands {
      var question = Host.Question()
      question.country = Country(country)
      #expect(try host.vary(question)?.country.description == other)
    }
    #expect(try host.vary(Host.Question()) == nil)
  }

  @Test(arguments: [
    (#"{"regions": [["DE", "AT"], ["AT", "CH"]]}"#, "a country may stand only once"),
    (#"{"regions": [["DE"]]}"#, "each needs two countries or more"),
    (#"{"regions": [["DE", "Germany"]]}"#, "\"Germany\" is no country"),
  ])
  func `regions that overlap, or are none, are refused`(_ settings: String, _ words: String) {
    let error = #expect(throws: SettingsRefused.self) { try Host(settings: settings) }
    #expect(error?.description.contains(words) == true)
  }

  @Test(arguments: [#"{"headers": []}"#, #"{"header": "x"}"#])
  func `settings without any source of countries are refused`(_ settings: String) {
    #expect(throws: SettingsRefused.self) { try Host(settings: settings) }
  }
}
