import HTTP
import Testing

@Suite struct `Types and names of content` {
  @Test func `a media type is read in either case, without its parameters`() {
    let type = MediaType("Text/HTML; Charset=\"utf-8\" ;x=1")
    #expect(type?.essence == "text/html" && type?.isJSON == false)
    #expect(MediaType("application/problem+json")?.isJSON == true)
    #expect(MediaType("text") == nil && MediaType("a/b/c") == nil && MediaType("/b") == nil)
  }

  @Test(arguments: [
    ("film.zip", "attachment; filename=\"film.zip\""),
    ("../../etc/pass\"wd\r\n", "attachment; filename=\"passwd\""),
    ("Amélie.zip", "attachment; filename=\"Am_lie.zip\"; filename*=UTF-8''Am%C3%A9lie.zip"),
    ("..", "attachment; filename=\"download\""), ("", "attachment; filename=\"download\""),
  ])
  func `a download is named safely`(name: String, expected: String) {
    #expect(ContentDisposition.attachment(name) == expected)
  }

  @Test func `percent-encoding goes both ways`() {
    #expect(PercentEncoding.encode("a b/é", keepingSlash: true) == "a%20b/%C3%A9")
    #expect(PercentEncoding.decode(Array("a%20%c3%A9".utf8)[...])?.text == "a é")
    #expect(PercentEncoding.decode(Array("a%2".utf8)[...]) == nil)
    #expect(PercentEncoding.decodeForm(Array("a+b%2B%".utf8)[...]).text == "a b+%")
  }
}
