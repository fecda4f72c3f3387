import JSON
import Testing

@Suite struct `Reading JSON` {
  private func accepts(_ text: String) -> Bool {
    let bytes = Array(text.utf8)
    var scanner = JSONScanner()
    do {
      try scanner.skip(bytes.span)
      try scanner.end(bytes.span)
      return true
    } catch {
      return false
    }
  }

  @Test func `a document is pulled apart by its names`() throws {
    let bytes = Array(#" {"id": 7, "tags": ["a","b"], "on": true, "gone": null, "more": {"x": [1.5e1]}} "#.utf8)
    var (id, tags, isOn, ratio) = (0, [String](), false, 0.0)
    var scanner = JSONScanner()
    try scanner.object(bytes.span) { scanner, name throws(JSONError) in
      switch name {
      case "id": id = try scanner.integer(bytes.span)
      case "tags": try scanner.array(bytes.span) { s throws(JSONError) in tags.append(try s.string(bytes.span)) }
      case "on": isOn = try scanner.bool(bytes.span)
      case "gone": try scanner.null(bytes.span)
      default:
        try scanner.object(bytes.span) { scanner, _ throws(JSONError) in
          try scanner.array(bytes.span) { s throws(JSONError) in ratio = try s.double(bytes.span) }
        }
      }
    }
    try scanner.end(bytes.span)
    #expect(id == 7 && tags == ["a", "b"] && isOn && ratio == 15)
  }

  @Test(arguments: [
    "{}", "[]", "[ ]", "0", "-0.5E+3", #""""#, #""\u00e9\ud83d\ude00\/""#, "[[[]]]", " null ", #"{"a":{"b":[]}}"#,
  ])
  func `what RFC 8259 allows is read`(text: String) {
    #expect(accepts(text))
  }

  @Test(arguments: [
    "", "{", "[1,]", "{\"a\":1,}", "{a:1}", "{\"a\" 1}", "01", "1.", ".5", "+1", "1e", "-", "tru", "nul", "True", "'a'",
    "\"a", "\"\n\"", #""\x""#, #""\u12g4""#, #""\ud800""#, #""\udc00""#, #""\ud800\u0041""#, "1 2", "[1 2]", "// x\n1",
    "NaN",
  ])
  func `anything else is refused`(text: String) {
    #expect(!accepts(text))
  }

  @Test func `a number is the nearest one to what is written, however it is written`() throws {
    var texts = ["0", "-0", "-0.5", "9007199254740993", "0.1", "123456.789", "5e-324", "1.7976931348623157e308"]
    for _ in 0..<2_000 {
      let digits = String(UInt64.random(in: 0...(.max >> UInt64.random(in: 0...60))))
      texts += [digits, "0.\(digits)"]
      texts.append("-\(UInt16.random(in: 1...999)).\(digits)")
    }
    for text in texts {
      var scanner = JSONScanner()
      let value = try scanner.double(Array(text.utf8).span)
      #expect(value.bitPattern == Double(text)?.bitPattern, "\(text)")
    }
  }

  @Test func `bytes that are not UTF-8 are refused`() {
    let bytes: [UInt8] = [0x22, 0xC3, 0x28, 0x22]
    var scanner = JSONScanner()
    #expect(throws: JSONError.self) { try scanner.string(bytes.span) }
  }

  @Test func `nesting ends at 64`() {
    func nested(_ depth: Int) -> String { String(repeating: "[", count: depth) + String(repeating: "]", count: depth) }
    #expect(accepts(nested(64)) && !accepts(nested(65)) && !accepts(String(repeating: "[", count: 100_000)))
  }
}
