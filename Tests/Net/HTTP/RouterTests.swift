import HTTP
import Testing

@Suite struct `Routes` {
  private let router: Router<String> = {
    var router = Router<String>()
    router.add(.get, "/titles", "list")
    router.add(.post, "/titles", "create")
    router.add(.get, "/titles/upcoming", "upcoming")
    router.add(.get, "/titles/{title_id}", "detail")
    router.add(.get, "/titles/{title_id}/bundles/{bundle_id}", "bundle")
    router.add(.put, "/{bucket}/{key...}", "object")
    router.add(.head, "/probe", "probe")
    return router
  }()

  private func match(_ method: HTTP.Method, _ target: String) -> (String, Request) {
    let request = Request(method, target)
    return switch router.match(request) {
    case .found(let value): (value, request)
    case .methodNotAllowed(let allow): ("405 \(allow)", request)
    case .notFound: ("404", request)
    }
  }

  @Test(arguments: [
    (HTTP.Method.get, "/titles", "list"), (.post, "/titles", "create"), (.get, "/titles?x=/y", "list"),
    (.get, "/titles/upcoming", "upcoming"), (.get, "/titles/up", "detail"), (.head, "/titles/7", "detail"),
    (.put, "/films/a/../b//c", "object"), (.delete, "/titles", "405 GET, HEAD, POST"), (.get, "/films/a", "405 PUT"),
    (.get, "/titles/", "404"), (.get, "/none", "404"), (.get, "/", "404"), (.head, "/probe", "probe"),
    (.put, "/films/", "404"),
  ])
  func `a method and a path find their route`(method: HTTP.Method, target: String, expected: String) {
    #expect(match(method, target).0 == expected)
  }

  @Test func `captures are decoded, by name and by position`() {
    let (_, request) = match(.get, "/titles/a%20b/bundles/7?q=1")
    #expect(request["title_id"] == "a b" && request["bundle_id"] == "7" && request.parameter(1) == "7")
    #expect(request["other"] == nil && request.parameter(2) == nil)
    #expect(match(.put, "/films/a/b%2Fc").1["key"] == "a/b/c")
  }

  @Test(arguments: ["/titles/a%2Fb", "/titles/a%5cb", "/titles/%00", "/titles/..", "/titles/%2e%2E", "/titles/."])
  func `one segment hides no separator`(target: String) {
    #expect(match(.get, target).0 != "detail")
  }
}
