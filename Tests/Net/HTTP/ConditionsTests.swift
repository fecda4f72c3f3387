import HTTP
import Testing

/// RFC 9110 §13; contract/http.md 1–3.
@Suite struct `Conditional requests` {
  private let current = Validators(etag: ETag("a,b"), lastModified: HTTPDate(secondsSinceEpoch: 784_111_777))

  private func outcome(
    _ method: HTTP.Method, _ fields: [(FieldName, String)]
  ) -> Conditions.Outcome {
    Conditions.evaluate(Request(method, "/", fields: fields), against: current)
  }

  @Test(arguments: ["\"a,b\"", "W/\"a,b\"", "\"x\", \"a,b\"", "*", "W/\"x\" ,\t\"a,b\""])
  func `If-None-Match finds the tag weakly, in a list, or any`(list: String) {
    #expect(outcome(.get, [(.ifNoneMatch, list)]) == .notModified)
    #expect(outcome(.put, [(.ifNoneMatch, list)]) == .preconditionFailed)
  }

  @Test(arguments: ["\"a\"", "a,b", "\"a,b", "", "\"x\"\"a,b\"", "'a,b'"])
  func `another or a broken tag lets the request proceed`(list: String) {
    #expect(outcome(.get, [(.ifNoneMatch, list)]) == .proceed)
  }

  @Test func `a tag in a second field counts`() {
    #expect(outcome(.get, [(.ifNoneMatch, "\"x\""), (.ifNoneMatch, "\"a,b\"")]) == .notModified)
  }

  @Test func `If-Match compares strongly`() {
    #expect(outcome(.put, [(.ifMatch, "\"a,b\"")]) == .proceed)
    #expect(outcome(.put, [(.ifMatch, "W/\"a,b\"")]) == .preconditionFailed)
    #expect(outcome(.put, [(.ifMatch, "*")]) == .proceed)
    #expect(Conditions.evaluate(Request(.put, "/", fields: [(.ifMatch, "*")]), against: nil) == .preconditionFailed)
    #expect(Conditions.evaluate(Request(.put, "/", fields: [(.ifNoneMatch, "*")]), against: nil) == .proceed)
  }

  @Test func `the first condition that decides wins`() {
    let date = "Sun, 06 Nov 1994 08:49:37 GMT"
    #expect(outcome(.get, [(.ifMatch, "\"x\""), (.ifNoneMatch, "*")]) == .preconditionFailed)
    #expect(outcome(.get, [(.ifModifiedSince, date)]) == .notModified)
    #expect(outcome(.get, [(.ifNoneMatch, "\"x\""), (.ifModifiedSince, date)]) == .proceed)
    #expect(outcome(.post, [(.ifModifiedSince, date)]) == .proceed)
    #expect(outcome(.get, [(.ifUnmodifiedSince, "Sun, 06 Nov 1994 08:49:36 GMT")]) == .preconditionFailed)
    #expect(outcome(.get, [(.ifUnmodifiedSince, date)]) == .proceed)
    #expect(outcome(.get, [(.ifUnmodifiedSince, "yesterday")]) == .proceed)
  }

  @Test func `dates read in three formats and print in one`() {
    let texts = ["Sun, 06 Nov 1994 08:49:37 GMT", "Sunday, 06-Nov-94 08:49:37 GMT", "Sun Nov  6 08:49:37 1994"]
    for text in texts { #expect(HTTPDate(text.utf8)?.secondsSinceEpoch == 784_111_777) }
    #expect(HTTPDate(secondsSinceEpoch: 784_111_777).description == texts[0])
    #expect(HTTPDate(secondsSinceEpoch: 951_782_400).description == "Tue, 29 Feb 2000 00:00:00 GMT")
    for text in ["", "Sun, 06 Nov 1994 08:49:37", "Sun, 06 Nov 1994 24:00:00 GMT", "Sun, 06 Foo 1994 08:49:37 GMT"] {
      #expect(HTTPDate(text.utf8) == nil)
    }
  }
}
