@testable import Edge
import HTTP
import Loop
import Testing

@Suite struct `What may be kept, RFC 9111 §3` {
  private var rules = StorageTerms(received: HTTPDate(secondsSinceEpoch: 784_111_777))

  private func terms(_ pairs: (FieldName, String)..., status: Status = .ok) -> Freshness.Terms? {
    rules.terms(of: status, Request(.get, "/", fields: pairs).fields)
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

  @Test func `Expires counts from the answer's own date, alone, and not beside a targeted field, RFC 9111 §5.3`() {
    let (date, later) = ("Sun, 06 Nov 1994 07:49:37 GMT", "Sun, 06 Nov 1994 07:50:37 GMT")
    #expect(terms((.date, date), (.expires, later))?.lifetime == .seconds(60))
    #expect(terms((.date, date), (.expires, later), (.expires, later), (.etag, "\"a\""))?.lifetime == .zero)
    #expect(terms((.date, later), (.expires, date), (.etag, "\"a\""))?.lifetime == .zero)
    #expect(terms((.cdnCacheControl, "public"), (.date, date), (.expires, later)) == nil)
  }

  @Test func `what cannot be used without a question is kept where one can be put`() {
    for validator: (FieldName, String) in [(.etag, "\"a\""), (.lastModified, "Sun, 06 Nov 1994 07:49:37 GMT")] {
      #expect(terms((.cacheControl, "no-cache"), validator)?.lifetime == .zero)
      #expect(terms((.cacheControl, "max-age=0"), validator)?.lifetime == .zero)
    }
  }

  @Test mutating func `while the origin is away an answer serves for as long as is set here, unless it says itself`() {
    rules.staleIfCutOff = .seconds(60)
    #expect(terms((.cacheControl, "max-age=5"))?.staleIfCutOff == .seconds(60))
    #expect(terms((.cacheControl, "max-age=5, stale-if-error=9"))?.staleIfCutOff == .zero)
    #expect(terms((.cacheControl, "max-age=5, must-revalidate"))?.staleIfCutOff == .zero)
  }

  @Test func `an answer that never expires is kept for as long as caches count, RFC 9111 §1.2.2`() throws {
    let forever = try #require(terms((.expires, "Fri, 31 Dec 9999 23:59:59 GMT")))
    #expect(forever.lifetime == .seconds(2_147_483_648))
    let received = Instant(nanoseconds: 0)
    #expect(Freshness(forever, age: .zero, received: received).state(at: received) == .fresh)
  }

  @Test func `nothing is kept that says so, or that says nothing`() {
    #expect(terms((.cacheControl, "no-store, max-age=5")) == nil)
    #expect(terms((.cacheControl, "private, max-age=5")) == nil)
    #expect(terms((.cacheControl, "public")) == nil)
    #expect(terms((.lastModified, "Sun, 06 Nov 1994 08:49:37 GMT")) == nil)
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

  @Test func `any final answer is kept that says for how long, but none to a condition or a range`() {
    for status in [Status.notFound, .serviceUnavailable, Status(299), Status(599)] {
      #expect(terms((.cacheControl, "max-age=5"), status: status)?.lifetime == .seconds(5))
      #expect(terms((.etag, "\"a\""), status: status) == nil)
    }
    #expect(terms((.cacheControl, "max-age=5"), (.setCookie, "a=b"))?.lifetime == .seconds(5))
    for status in [Status.notModified, .preconditionFailed, .rangeNotSatisfiable] {
      #expect(terms((.cacheControl, "max-age=5"), status: status) == nil)
    }
  }

  @Test func `must-understand replaces no-store for a status that is known here, RFC 9111 §5.2.2.3`() {
    let control = "max-age=5, no-store, must-understand"
    #expect(terms((.cacheControl, control))?.lifetime == .seconds(5))
    #expect(terms((.cacheControl, control), status: Status(599)) == nil)
  }

  @Test mutating func `an answer to credentials is kept where the origin allows it, RFC 9111 §3.5`() {
    rules.wasAuthorized = true
    #expect(terms((.cacheControl, "max-age=5")) == nil)
    for word in ["public", "must-revalidate", "s-maxage=5"] {
      #expect(terms((.cacheControl, "max-age=5, \(word)")) != nil, "\(word)")
    }
  }

  @Test mutating func `a lifetime is guessed where that is wanted, but for what sets a cookie never`() {
    rules.heuristicPercent = 10
    let changed = (FieldName.lastModified, "Sun, 06 Nov 1994 08:32:57 GMT")
    for status in [Status.ok, .notFound, .gone] { #expect(terms(changed, status: status)?.lifetime == .seconds(100)) }
    for status in [Status.created, .badGateway, Status(599)] { #expect(terms(changed, status: status) == nil) }
    #expect(terms(changed, (.cacheControl, "public"), status: Status(599))?.lifetime == .seconds(100))
    #expect(terms(changed, (.setCookie, "a=b"))?.lifetime == nil)
    #expect(terms(changed, (.date, "Sun, 06 Nov 1994 08:34:37 GMT"))?.lifetime == .seconds(10))
    #expect(terms(changed, (.date, "Sun, 06 Nov 1994 08:00:00 GMT"))?.lifetime == .zero)
    #expect(terms((.lastModified, "Sun, 06 Nov 1983 08:32:57 GMT"))?.lifetime == .seconds(86_400))
    #expect(terms(changed, (.cacheControl, "max-age=7"))?.lifetime == .seconds(7))
  }
}
