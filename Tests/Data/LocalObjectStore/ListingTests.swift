@testable import LocalObjectStore
import Testing

@Suite struct `Listing of a bucket` {
  private func index(_ keys: [String]) -> BucketIndex { BucketIndex(keys.map(record)) }

  private func record(_ key: String) -> ObjectRecord {
    let content = StoredContent(version: "v", size: 1, etag: "e", modifiedMs: 0)
    return ObjectRecord(bucket: "films", key: ObjectKey(key)!, content: content, fields: [])
  }

  private func keys(_ page: Listing) -> [String] { page.objects.map(\.key.text) }
  private func groups(_ page: Listing) -> [String] { page.groups.map { String(decoding: $0, as: UTF8.self) } }

  @Test func `keys come in the order of their bytes, not of their letters`() {
    let page = index(["é", "z", "Z", "a/b", "a", "\u{FFFD}", "\u{1F3AC}", "e\u{301}"]).list(Listing.Query())
    #expect(keys(page) == ["Z", "a", "a/b", "e\u{301}", "z", "é", "\u{FFFD}", "\u{1F3AC}"])
  }

  @Test func `two normal forms of one letter are two keys`() {
    var index = index(["caf\u{E9}"])
    index.insert(record("cafe\u{301}"))
    #expect(index.records.count == 2)
    index.insert(record("caf\u{E9}"))
    #expect(index.records.count == 2)
  }

  @Test func `a delimiter groups what follows the prefix`() {
    let query = Listing.Query(prefix: Array("bundles/".utf8), delimiter: Array("/".utf8))
    let stored = ["a", "bundles/", "bundles/x.zip", "bundles/s1/a", "bundles/s1/b", "bundles/s2/a", "c"]
    let page = index(stored).list(query)
    #expect(keys(page) == ["bundles/", "bundles/x.zip"])
    #expect(groups(page) == ["bundles/s1/", "bundles/s2/"])
    #expect(page.next == nil)
  }

  @Test(arguments: 1...7) func `pages of any size add up to the whole`(limit: Int) {
    let all = ["a", "a/b", "a/c", "b//", "b/../c", "b0", "c/d/e", "c/f", "z"]
    let index = index(all)
    for delimiter in ["", "/"] {
      let whole = index.list(Listing.Query(delimiter: Array(delimiter.utf8)))
      var query = Listing.Query(delimiter: Array(delimiter.utf8), limit: limit)
      var seen = Listing()
      while true {
        let page = index.list(query)
        #expect(page.objects.count + page.groups.count <= limit)
        seen.objects += page.objects
        seen.groups += page.groups
        guard let next = page.next else { break }
        query.start = Listing.Position(token: next.token)!
      }
      #expect(seen == whole)
    }
  }

  @Test func `a page of none is not truncated`() {
    #expect(index(["a"]).list(Listing.Query(limit: 0)) == Listing())
  }

  @Test func `a token that we did not make is refused`() {
    #expect(Listing.Position(token: "a key") == nil)
    #expect(Listing.Position(token: "") == nil)
  }
}
