import HTTP
import Testing

@Suite struct `Problem documents` {
  @Test func `a problem says what, and which occurrence`() throws {
    let id = try #require(UUIDv4("0b7d8a52-0c6e-4f0b-9a5e-3f6f3f1c2d4e"))
    let problem = Problem(.unprocessableContent, "name: \"x\"").adding("errors", json: Array("[]".utf8))
    let response = problem.response(instance: id)
    guard case .bytes(let body) = response.body else { return #expect(Bool(false), "the body is made") }
    #expect(
      body.text == """
        {"type":"about:blank","title":"Unprocessable Content","status":422,"detail":"name: \\"x\\"",\
        "instance":"urn:uuid:\(id)","errors":[]}
        """)
    #expect(response.fields.first(.contentType) == "application/problem+json")
    #expect(response.fields.first(.cacheControl) == "no-store")
  }
}
