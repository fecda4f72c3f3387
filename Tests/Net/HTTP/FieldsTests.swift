import HTTP
import Testing

@Suite struct `Header fields` {
  @Test func `repeats and order are kept, names compare without case`() {
    var fields = Fields([.vary: "Origin", .link: "<a>", .link: "<b>"])
    #expect(
      fields.all(.link) == ["<a>", "<b>"] && fields.combined(.link) == "<a>, <b>" && fields.count(of: .link) == 2)
    fields.append(Array("X-Total-Count".utf8).span, Array("7".utf8).span)
    #expect(fields.first(.xTotalCount) == "7")
    #expect(fields.bytes.text == "vary: Origin\r\nlink: <a>\r\nlink: <b>\r\nX-Total-Count: 7\r\n")
  }

  @Test func `removing one leaves the others readable`() {
    var fields = Fields([.age: "1", .link: "<a>", .age: "2", .vary: "*"])
    fields.remove(.age)
    #expect(fields.count == 2 && fields.first(.vary) == "*" && !fields.contains(.age))
    fields.set(.link, "<c>")
    #expect(fields.bytes.text == "vary: *\r\nlink: <c>\r\n")
  }

  @Test func `names that are alike in length and first letter are told apart`() {
    var fields = Fields([.expires: "1"])
    fields.append(Array("Expired".utf8).span, Array("2".utf8).span)
    #expect(fields.first(.expires) == "1" && fields.first("expired") == "2" && !fields.contains("expirer"))
    var others = Fields()
    others.append(fields)
    others.remove(.expires)
    #expect(others.first("expired") == "2" && !others.contains(.expires))
  }

  @Test func `a value cannot become a second field`() {
    let fields = Fields([.location: "/a\r\nSet-Cookie: x\u{0}"])
    #expect(fields.bytes.text == "location: /a  Set-Cookie: x \r\n")
  }

  @Test func `a list is searched by whole tokens`() {
    let fields = Fields([.connection: "foo , Close", .connection: "x"])
    #expect(fields.listContains(.connection, "close") && fields.listContains(.connection, "x"))
    #expect(!fields.listContains(.connection, "clos"))
  }

  @Test func `fields of two lists join in one`() {
    var fields = Fields([.vary: "a"])
    fields.append(Fields([.link: "b", .age: "3"]))
    #expect(fields.first(.age) == "3" && fields.count == 3)
    #expect(FieldName(token: "X-Thing")?.description == "x-thing" && FieldName(token: "a b") == nil)
  }
}
