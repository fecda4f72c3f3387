@testable import Edge
import HTTP
import Testing

@Suite struct `What may be kept, RFC 9111 §3` {
  private func terms(_ pairs: (FieldName, String)..., status: Status = .ok) -> Freshness.Terms? {
    var fields = Fields()
    for (name, value) in pairs { fields.append(name, value) }
    return StorageTerms.terms(of: status, fields)
  }

  @Test func `a targeted field replaces the others, RFC 9213`() {
    let own = terms(
      (.cdnCacheControl, "max-age=30, stale-while-revalidate=60, stale-if-error=300"),
      (.cacheControl, "private, max-age=5"), (.expires, "0"))
    #expect(
      own == .init(lifetime: .seconds(30), staleWhileRevalidate: .seconds(60), staleIfError: .seconds(300)))
    #expect(terms((.cdnCacheControl, "no-store"), (.cacheControl, "public, max-age=5")) == nil)
    #expect(terms((.cdnCacheControl, "max-age=;"), (.cacheControl, "public, max-age=5"))?.lifetime == .seconds(5))
  }

  @Test func `the shared age wins over the age, and the age over the date`() {
    let date = "Sun, 06 Nov 1994 08:49:37 GMT"
    let later = "Sun, 06 Nov 1994 08:50:37 GMT"
    #expect(terms((.cacheControl, "max-age=5, s-maxage=9"), (.date, date), (.expires, later))?.lifetime == .seconds(9))
    #expect(terms((.cacheControl, "max-age=5"), (.date, date), (.expires, later))?.lifetime == .seconds(5))
    #expect(terms((.date, date), (.expires, later))?.lifetime == .seconds(60))
    #expect(terms((.date, date), (.expires, "0"), (.etag, "\"a\""))?.lifetime == .zero)
  }

  @Test func `nothing is kept that says so, or that says nothing`() {
    #expect(terms((.cacheControl, "no-store, max-age=5")) == nil)
    #expect(terms((.cacheControl, "private, max-age=5")) == nil)
    #expect(terms((.cacheControl, "public")) == nil)
    #expect(terms((.lastModified, "Sun, 06 Nov 1994 08:49:37 GMT")) == nil)
    #expect(terms((.cacheControl, "max-age=5"), (.setCookie, "a=b")) == nil)
    #expect(terms((.cacheControl, "max-age=0")) == nil)
  }

  @Test func `stale answers are not for who forbids them`() {
    for word in ["must-revalidate", "proxy-revalidate", "s-maxage=5", "no-cache"] {
      let stale = terms(
        (.cacheControl, "max-age=5, stale-while-revalidate=9, stale-if-error=9, \(word)"), (.etag, "\"a\""))
      #expect(stale?.staleWhileRevalidate == .zero && stale?.staleIfError == .zero, "\(word)")
    }
    #expect(terms((.cacheControl, "no-cache, max-age=5"), (.etag, "\"a\""))?.lifetime == .zero)
  }

  @Test func `an error of the moment is not kept, an absence is`() {
    #expect(terms((.cacheControl, "max-age=5"), status: .notFound)?.lifetime == .seconds(5))
    for status in [Status.tooManyRequests, .internalServerError, .serviceUnavailable, .partialContent] {
      #expect(terms((.cacheControl, "max-age=5"), status: status) == nil)
    }
  }
}
