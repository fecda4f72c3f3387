import Testing

@testable import HTTP

@Suite struct `A request out of a field section` {
  private let plain: KeyValuePairs<String, String> = [
    ":method": "GET", ":scheme": "https", ":path": "/a?b", ":authority": "films.example",
  ]

  private func read(
    _ fields: KeyValuePairs<String, String>, more: KeyValuePairs<String, String> = [:], isWhole: Bool = true,
    _ limits: HeadLimits = HeadLimits()
  ) throws(ParseError) -> Request {
    let request = Request()
    var reader = SectionReader(limits: limits)
    reader.begin(request)
    for list in [fields, more] {
      for (name, value) in list { _ = reader.field(Array(name.utf8).span, Array(value.utf8).span, of: request) }
    }
    try reader.end(of: request, isWhole: isWhole)
    return request
  }

  private func fault(
    _ fields: KeyValuePairs<String, String>, _ more: KeyValuePairs<String, String> = [:],
    _ limits: HeadLimits = HeadLimits()
  ) -> ParseError? {
    do throws(ParseError) { _ = try read(fields, more: more, limits) } catch { return error }
    return nil
  }

  @Test func `its pseudo-fields are its request line and its Host`() throws {
    let request = try read(plain, more: ["accept": "*/*"])
    #expect(request.method == .get && request.version == .http2 && request.host == "films.example")
    #expect(request.path.text == "/a" && request.query?.text == "b")
    #expect(request.fields.count == 2 && request.fields.first(.accept) == "*/*" && request.framing == .none)
  }

  @Test func `the crumbs of a cookie are one field`() throws {
    let request = try read(plain, more: ["cookie": "a=1", "accept": "*/*", "cookie": "b=2"])
    #expect(request.fields.all(.cookie) == ["a=1; b=2"])
  }

  @Test func `its content is counted, or ends when the stream does`() throws {
    #expect(try read(plain, more: ["content-length": "7"], isWhole: false).framing == .length(7))
    #expect(try read(plain, isWhole: false).framing == .chunked)
    #expect(try read(plain, more: ["content-length": "0"]).framing == .none)
    #expect(try read(plain, more: ["expect": "100-continue"], isWhole: false).head.expectsContinue)
  }

  @Test func `Host alone will do, beside an authority it must say the same`() throws {
    let alone: KeyValuePairs = [":method": "GET", ":scheme": "http", ":path": "/"]
    #expect(try read(alone, more: ["host": "h"]).host == "h")
    #expect(try read(plain, more: ["host": "Films.Example"]).fields.count(of: .host) == 1)
    #expect(fault(plain, ["host": "other"]) == .badHost && fault(plain, ["host": "films.examplf"]) == .badHost)
    #expect(fault(plain, ["host": "films.example", "host": "films.example"]) == nil)
    #expect(fault(alone) == .badHost && fault(alone, ["host": "a", "host": "a"]) == .badHost)
    #expect(fault(alone, ["host": "user@h"]) == .badHost)
  }

  @Test(arguments: ["", "a", "http://h/", "/a#b", "/%zz", "/a\\b", "*", "/\u{e9}"])
  func `a path that another reader might take for something else is refused`(path: String) {
    #expect(fault([":method": "GET", ":scheme": "http", ":path": path, ":authority": "h"]) == .badTarget)
  }

  @Test func `only the server itself may be asked with an asterisk, and nobody for a tunnel`() {
    #expect(fault([":method": "OPTIONS", ":scheme": "http", ":path": "*", ":authority": "h"]) == nil)
    #expect(fault([":method": "CONNECT", ":scheme": "http", ":path": "/", ":authority": "h"]) == .unsupportedMethod)
    #expect(fault([":method": "GET", ":scheme": "ftp", ":path": "/", ":authority": "h"]) == .badTarget)
  }

  @Test func `what is too much is refused at the end, and what is far too much is known at once`() throws {
    var limits = HeadLimits()
    (limits.targetSize, limits.headSize, limits.fieldCount) = (4, 200, 6)
    #expect(fault(plain, [:], limits) == nil)
    #expect(fault([":method": "GET", ":path": "/long"], [:], limits) == .targetTooLong)
    #expect(fault(plain, ["a": String(repeating: "x", count: 200)], limits) == .headTooLarge)
    #expect(fault(plain, ["a": "", "b": "", "c": ""], limits) == .headTooLarge)
    var reader = SectionReader(limits: limits)
    let value = [UInt8](repeating: 0x61, count: 100)
    let isBearable = (0..<9).map { _ in reader.field(Array("a".utf8).span, value.span, of: Request()) }
    #expect(isBearable == [Bool](repeating: true, count: 7) + [false, false])
  }
}
