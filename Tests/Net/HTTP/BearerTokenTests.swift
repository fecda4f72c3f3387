import HTTP
import Testing

@Suite struct `A bearer token` {
  @Test(arguments: [
    ("Bearer abc.def", "abc.def"), ("bearer abc", "abc"), ("BEARER  abc", "abc"), ("Bearer ", ""), ("Basic abc", nil),
    ("Bearerabc", nil), ("", nil), (nil, nil),
  ])
  func `stands behind its scheme, in any case`(field: String?, token: String?) {
    let request = Request(.get, "/", fields: field.map { [(.authorization, $0)] } ?? [])
    #expect(request.bearerToken == token)
  }
}
