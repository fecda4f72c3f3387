import Publication
import Testing

@Suite struct `Notices of purges` {
  @Test func `come back from an entry's fields as they were written`() {
    for notice in [
      PurgeNotice([.tag("titles"), .tag("title:7")]), PurgeNotice([.url("/a?b=1,2"), .url("/c")], isSoft: true),
      PurgeNotice([.everything], order: "o1"), PurgeNotice([.prefix("/films/"), .tag("titles")]),
    ] { #expect(PurgeNotice(notice.fields) == notice) }
  }

  @Test func `one whose subject nobody knows is about everything`() {
    #expect(PurgeNotice([(name: "colour", value: Array("red".utf8))]) == PurgeNotice([.everything]))
  }
}
