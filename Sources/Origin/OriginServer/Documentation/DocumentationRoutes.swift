internal import HTTP
internal import Monitoring
internal import Routing

/// The API's description: a document for programs, and a page for people that needs nothing from elsewhere.
struct DocumentationRoutes {
  private let document: [UInt8]

  init(describing routes: [Route]) {
    document = OpenAPI(title: "MoviesNow", version: Build.current.version, routes: routes).document
  }

  var routes: [Route] {
    [
      file("/openapi.json", "Describe the API as OpenAPI 3.1", "application/json", document),
      file("/docs", "Show the API's description", "text/html; charset=utf-8", PackageResources.page_html),
      file("/docs/page.css", "Style the page", "text/css; charset=utf-8", PackageResources.page_css),
      file("/docs/page.js", "Fill the page", "text/javascript; charset=utf-8", PackageResources.page_js),
    ]
  }

  /// The page runs its own script and style, and talks to its own server: nothing else.
  private static let contentPolicy = """
    default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none'; \
    frame-ancestors 'none'
    """

  private func file(_ path: String, _ summary: String, _ type: String, _ bytes: [UInt8]) -> Route {
    Route(.get, path, summary, Rules(.anyone, caching: .shared(maxAge: .seconds(60)))) { _ in
      Response(.ok, contentType: type, bytes).with(.contentSecurityPolicy, Self.contentPolicy)
    }
  }
}
