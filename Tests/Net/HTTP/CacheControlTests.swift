import HTTP
import Testing

@Suite struct `Cache directives` {
  @Test func `directives are read without case, quotes and order`() {
    let control = CacheControl("Public, MAX-AGE=\"60\" ,stale-while-revalidate=5,private, foo=1, max-stale")
    #expect(control.isPublic && control.isPrivate && control.maxAgeSeconds == 60)
    #expect(control.staleWhileRevalidateSeconds == 5 && control.maxStaleSeconds == .max && !control.noStore)
  }

  @Test(arguments: [#"a="b, no-store", max-age=9"#, #"a="b\", no-store", max-age=9"#, #"a="b\\", max-age=9"#])
  func `what stands within quotes is no directive`(text: String) {
    #expect(CacheControl(text).maxAgeSeconds == 9 && !CacheControl(text).noStore)
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
    for bad in ["", "max-age=", "max-age=1,", "Max-Age=1", "max-age=1 x", "max-age=1;=p", ",a", "a=\"b", "a=(b"] {
      #expect(targeted(bad) == nil, "\(bad)")
    }
    #expect(CacheControl(targeted: Fields()) == nil)
  }

  @Test func `a targeted directive of the wrong type is not there, and parameters are read over, RFC 9213 §2.1`() {
    func targeted(_ text: String) -> CacheControl? { CacheControl(targeted: Fields([.cdnCacheControl: text])) }
    for wrong in ["max-age=\"10\"", "max-age=1.5", "max-age", "max-age=(1 2)", "no-store=?0", "no-store=7"] {
      #expect(targeted(wrong) == CacheControl(), "\(wrong)")
    }
    #expect(targeted("max-age=10;p=1;q, a=(b \"c\";d), e=:YQ==:, f=?1, no-cache=\"x, y\"")?.maxAgeSeconds == 10)
    #expect(targeted("max-age=1, max-age=5")?.maxAgeSeconds == 5)
  }

  @Test func `our own targeted field comes before all others'`() {
    let own = Fields([.ownCacheControl: "max-age=1", .cdnCacheControl: "max-age=2"])
    #expect(CacheControl(targeted: own)?.maxAgeSeconds == 1)
    #expect(CacheControl(targeted: Fields([.ownCacheControl: "!", .cdnCacheControl: "max-age=2"]))?.maxAgeSeconds == 2)
  }

  @Test func `a list of fields binds these alone, RFC 9111 §5.2.2.4`() {
    let control = CacheControl("private=\"a, B\", no-cache=c, max-age=1")
    #expect(!control.isPrivate && !control.noCache && control.ownFields == ["a", "b", "c"])
    #expect(CacheControl("private=\"a b\"").isPrivate && CacheControl("no-cache=\"\"").noCache)
  }
}
