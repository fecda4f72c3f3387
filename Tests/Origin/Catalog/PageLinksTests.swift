import HTTP
import Testing

@testable import Catalog

@Suite struct `Links to other pages` {
  private func links(_ target: String, page: Int, total: Int) -> String {
    PageLinks(Request(.get, target), page: page, size: 10, total: total).field
  }

  @Test func `a middle page links to all four`() {
    let field = links("/api/v1/titles?page=2", page: 2, total: 50)
    #expect(
      field == """
        </api/v1/titles?page=1>; rel="first", </api/v1/titles?page=1>; rel="prev", \
        </api/v1/titles?page=3>; rel="next", </api/v1/titles?page=5>; rel="last"
        """)
  }

  @Test func `the ends link only where there is something`() {
    #expect(links("/t", page: 1, total: 0) == #"</t?page=1>; rel="first", </t?page=1>; rel="last""#)
    #expect(!links("/t?page=5", page: 5, total: 50).contains("next"))
    #expect(links("/t?page=99", page: 99, total: 50).contains(#"</t?page=5>; rel="prev""#))
  }

  @Test func `all filters stay, repeated ones too, and the caller's key goes`() {
    let field = links("/t?genres=Film%20Noir&api_key=k&genres=Drama&page=1&q=a%26b", page: 1, total: 0)
    #expect(field.hasPrefix("</t?genres=Film%20Noir&genres=Drama&q=a%26b&page=1>"))
    #expect(!field.contains("api_key"))
  }
}
