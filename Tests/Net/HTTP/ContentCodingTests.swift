import HTTP
import Testing

@Suite struct `Content codings, RFC 9110 §12.5.3` {
  @Test(arguments: [
    ("gzip, deflate, br, zstd", "br"), ("gzip", "gzip"), ("x-gzip", "gzip"), ("zstd;q=1.0, br;q=0.9", "zstd"),
    ("GZIP ; Q=0.5 , br;q=0.4", "gzip"), ("*", "br"), ("*;q=0.3, br;q=0", "zstd"),
    ("gzip;q=0.5, identity;q=0.4", "gzip"),
    ("identity;q=0, gzip;q=0.001", "gzip"), ("br;q=1.000, zstd", "br"), ("identity, gzip", "gzip"),
  ])
  func `the one that is liked best is given`(wish: String, coding: String) {
    #expect(preference(wish) == coding)
  }

  @Test(arguments: [
    "", "identity", "deflate", "gzip;q=0", "gzip;q=0.5, identity", "*;q=0", "gzip;q=0.5, identity;q=0.6", "gzip;q=x",
    "gzip;q=1.0000", "br;q=0, zstd;q=0, gzip;q=0, *",
  ])
  func `none is given to who wants none, or cannot say what`(wish: String) { #expect(preference(wish) == nil) }

  @Test func `without the field none is given, and its lines are one list`() {
    #expect(ContentCoding(preferredBy: Fields()) == nil)
    var fields = Fields()
    fields.append(.acceptEncoding, "gzip;q=0.5")
    fields.append(.acceptEncoding, "zstd")
    #expect(ContentCoding(preferredBy: fields) == .zstd)
  }

  private func preference(_ wish: String) -> String? {
    var fields = Fields()
    fields.append(.acceptEncoding, wish)
    return ContentCoding(preferredBy: fields)?.rawValue
  }
}
