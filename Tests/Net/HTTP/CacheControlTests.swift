import HTTP
import Testing

@Suite struct `Cache directives` {
  @Test func `directives are read without case, quotes and order`() {
    let control = CacheControl("Public, MAX-AGE=\"60\" ,stale-while-revalidate=5,private=\"a, b\", foo=1, max-stale")
    #expect(control.isPublic && control.isPrivate && control.maxAgeSeconds == 60)
    #expect(control.staleWhileRevalidateSeconds == 5 && control.maxStaleSeconds == .max && !control.noStore)
  }

  @Test(arguments: ["max-age=1, max-age=2", "max-age=x", "max-age", "max-age=-1", "max-age=1.5"])
  func `a doubtful age is stale`(text: String) {
    #expect(CacheControl(text).maxAgeSeconds == 0)
  }

  @Test func `an endless age is cut`() {
    #expect(CacheControl("s-maxage=99999999999999999999").sharedMaxAgeSeconds == 2_147_483_648)
  }

  @Test func `a targeted field is a strict dictionary`() {
    func targeted(_ text: String) -> CacheControl? { CacheControl(targeted: Fields([.cdnCacheControl: text])) }
    #expect(targeted("max-age=30, stale-if-error=300, x=\"y\"")?.staleIfErrorSeconds == 300)
    #expect(targeted("no-store")?.noStore == true)
    for bad in ["", "max-age=", "max-age=1,", "Max-Age=1", "max-age=1 x", "max-age=1;p", ",a"] {
      #expect(targeted(bad) == nil, "\(bad)")
    }
    #expect(CacheControl(targeted: Fields()) == nil)
  }
}
