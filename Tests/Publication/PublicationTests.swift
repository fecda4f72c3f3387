import Publication
import Testing

private let germany = CountryCode("de")!
private let film = "0f8fad5b-d9cb-469f-a165-70867728950e"

@Suite struct `Published values` {
  private let state = PublishedState(
    version: 7,
    windows: [
      film: [
        AvailabilityWindow(start: 100, end: 200, territory: .include([germany])), AvailabilityWindow(start: 300),
      ]
    ],
    expiries: ["bundles/\(film)/S01.zip": 900],
    revocations: [.key("bundles/\(film)/S02.zip")])

  @Test func `a state survives its codec`() throws {
    #expect(try PublicationCodec.decodeState(PublicationCodec.encode(state)) == state)
  }

  @Test(arguments: [
    PublicationChange.Kind.availability(
      title: film, windows: [AvailabilityWindow(start: 0, territory: .exclude([germany]))]),
    .expiry(key: "k", at: 900), .expiry(key: "k", at: nil), .titleRemoved(film), .revoked(.title(film)),
    .restored(.key("k")),
  ])
  func `a change survives its codec`(_ kind: PublicationChange.Kind) throws {
    let change = PublicationChange(version: 8, kind: kind)
    #expect(try PublicationCodec.decodeChange(PublicationCodec.encode(change)) == change)
  }

  @Test func `another format is refused by its number, whatever it holds`() {
    #expect(throws: PublicationCodec.Failure.format(2)) {
      try PublicationCodec.decodeState(Array(#"{"format":2,"value":[]}"#.utf8))
    }
  }

  @Test(arguments: [
    "", "{}", #"{"format":1}"#, #"{"format":1,"value":{"version":1,"titles":{},"revocations":[]}}"#,
    #"{"format":1,"value":{"version":1,"titles":{"t":[{"window_start":2,"window_end":1,"territory_mode":"GLOBAL"}]},"#
      + #""expiries":{},"revocations":[]}}"#,
  ])
  func `malformed bytes are refused`(_ text: String) {
    #expect(throws: PublicationCodec.Failure.self) { try PublicationCodec.decodeState(Array(text.utf8)) }
  }

  @Test func `changes apply in order, once, and a gap is noticed`() {
    var state = state
    #expect(state.apply(PublicationChange(version: 9, kind: .titleRemoved(film))) == .gap)
    #expect(state.apply(PublicationChange(version: 7, kind: .titleRemoved(film))) == .alreadyKnown)
    #expect(state.windows(ofTitle: film)?.count == 2)
    #expect(state.apply(PublicationChange(version: 8, kind: .availability(title: film, windows: []))) == .applied)
    #expect(state.windows(ofTitle: film) == [])
    #expect(state.apply(PublicationChange(version: 9, kind: .revoked(.title(film)))) == .applied)
    let key = "bundles/\(film)/S01.zip"
    #expect(state.standing(ofKey: key, title: film, at: 0) == .revoked)
    #expect(state.apply(PublicationChange(version: 10, kind: .restored(.title(film)))) == .applied)
    #expect(state.standing(ofKey: key, title: film, at: 0) == .open(until: 900))
  }

  @Test func `a key's end is set, moved and taken back`() {
    var state = state
    let key = "bundles/\(film)/S01.zip"
    #expect(state.standing(ofKey: key, title: film, at: 899) == .open(until: 900))
    #expect(state.standing(ofKey: key, title: film, at: 900) == .ended(at: 900))
    #expect(state.apply(PublicationChange(version: 8, kind: .expiry(key: key, at: 901))) == .applied)
    #expect(state.standing(ofKey: key, title: film, at: 900) == .open(until: 901))
    #expect(state.apply(PublicationChange(version: 9, kind: .expiry(key: key, at: nil))) == .applied)
    #expect(state.standing(ofKey: key, title: film, at: 900) == .open(until: nil))
  }

  @Test(arguments: ["", "D", "DEU", "D1", "XX", "zz", "ÄÖ"])
  func `what is no country has no code`(_ text: String) { #expect(CountryCode(text) == nil) }

  @Test func `a key names its title where the layout has one`() {
    #expect(StorageKeyTitle.id(inKey: "bundles/\(film)/S01.zip") == film)
    #expect(StorageKeyTitle.id(inKey: "downloads/\(film.uppercased())/extras/a.zip") == film)
    #expect(StorageKeyTitle.id(inKey: "bundles/demo/S01.zip") == nil)
    #expect(StorageKeyTitle.id(inKey: "images/\(film)/a.zip") == nil)
    #expect(StorageKeyTitle.id(inKey: "bundles/\(film)") == nil)
  }
}
