import HTTP
@testable import OriginServer
import Routing
import Support
import Testing

@Suite struct `The documentation` {
  private let pages = DocumentationRoutes(describing: [
    Route(.get, "/api/v1/things/{id}", "Show a thing", Rules(.anyone)) { _ in ["name": "x"] }
  ]).routes

  @Test func `is a page that loads nothing from elsewhere and runs no script but its own`() async throws {
    let page = try await answer("/docs")
    #expect(page.fields.first(.contentType) == "text/html; charset=utf-8")
    let policy = try #require(page.fields.first(.contentSecurityPolicy))
    #expect(policy.contains("script-src 'self'") && !policy.contains("unsafe") && !policy.contains("http"))
    for path in ["/docs", "/docs/page.css", "/docs/page.js"] {
      let text = try await answer(path).text
      #expect(!text.contains("://") && !text.contains("onclick=") && !text.contains("innerHTML"))
    }
    #expect(!page.text.contains("<style") && !page.text.contains("<script>"))
  }

  @Test func `every file that the page asks for is there`() async throws {
    let page = try await answer("/docs").text
    for reference in page.split(separator: "\"").filter({ $0.hasPrefix("/") }) {
      #expect(try await answer(String(reference)).status == .ok)
    }
  }

  private func answer(_ path: String) async throws -> Response {
    let route = try #require(pages.first { $0.pattern == path })
    return try await route.answer(Call(Request(.get, path), caller: nil))
  }
}
