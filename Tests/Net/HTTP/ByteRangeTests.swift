import HTTP
import Testing

@Suite struct `Byte ranges` {
  private func select(_ value: String, of length: Int = 1_000) -> RangeSelection {
    RangeSelection(Array(value.utf8)[...], length: length)
  }

  @Test(arguments: [
    ("bytes=0-99", 0, 100), ("bytes=500-", 500, 500), ("bytes=-100", 900, 100), ("bytes=-5000", 0, 1_000),
    ("bytes=999-2000", 999, 1), ("Bytes= 0-0 ", 0, 1), ("bytes=0-10,5-20", 0, 21), ("bytes=11-20,0-10", 0, 21),
  ])
  func `one part of the whole`(value: String, first: Int, count: Int) {
    #expect(select(value) == .partial([ByteRange(first: first, count: count)]))
  }

  @Test func `several parts come in order`() {
    #expect(select("bytes=900-, 0-9") == .partial([ByteRange(first: 0, count: 10), ByteRange(first: 900, count: 100)]))
  }

  @Test(arguments: ["bytes=1000-", "bytes=-0", "bytes=2000-3000"])
  func `nothing of it exists`(value: String) {
    #expect(select(value) == .unsatisfiable)
  }

  @Test(arguments: [
    "bytes=9-1", "bytes=", "bytes=-", "bytes=a-b", "bytes=1", "items=0-1", "bytes=0-1,", "bytes=1-2-3", "bytes 0-1",
    "bytes=99999999999999999999-", "bytes=0-0,2-2,4-4,6-6,8-8,10-10,12-12,14-14,16-16",
  ])
  func `a mistake, or a flood, is ignored`(value: String) {
    #expect(select(value) == .whole)
  }

  @Test func `an empty file has no range`() {
    #expect(select("bytes=0-", of: 0) == .unsatisfiable && select("bytes=-1", of: 0) == .unsatisfiable)
  }

  @Test func `If-Range and the method decide whether a range counts`() {
    let validators = Validators(etag: ETag("v1"), lastModified: HTTPDate(secondsSinceEpoch: 784_111_777))
    func select(_ method: HTTP.Method, _ condition: String?) -> RangeSelection {
      let fields = [(FieldName.range, "bytes=0-0")] + (condition.map { [(.ifRange, $0)] } ?? [])
      return RangeSelection(Request(method, "/", fields: fields), length: 9, validators: validators)
    }
    let part = RangeSelection.partial([ByteRange(first: 0, count: 1)])
    #expect(select(.get, nil) == part && select(.get, "\"v1\"") == part)
    #expect(select(.get, "Sun, 06 Nov 1994 08:49:37 GMT") == part)
    #expect(select(.get, "\"v2\"") == .whole && select(.get, "W/\"v1\"") == .whole && select(.put, nil) == .whole)
  }

  @Test func `the answer names the part`() {
    #expect(ByteRange(first: 5, count: 5).contentRange(of: 20) == "bytes 5-9/20")
    #expect(ByteRange.unsatisfiable(of: 20) == "bytes */20")
  }
}
