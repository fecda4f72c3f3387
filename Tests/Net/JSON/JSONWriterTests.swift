import JSON
import Testing

@Suite struct `Writing JSON` {
  @Test func `commas and nesting are the writer's`() {
    var writer = JSONWriter()
    writer.object { root in
      root.field("a", 1)
      root.field("gone", String?.none)
      root.fieldOrNull("n", String?.none)
      root.field("list", ["x", "y"])
      root.name("o")
      root.object { $0.field("f", true) }
      root.name("e")
      root.array { _ in }
      root.field("d", 1.5)
    }
    let text = String(decoding: writer.bytes, as: UTF8.self)
    #expect(text == #"{"a":1,"n":null,"list":["x","y"],"o":{"f":true},"e":[],"d":1.5}"#)
  }

  @Test func `text is escaped where JSON needs it`() {
    var writer = JSONWriter()
    writer.value("\"\\\n\r\t\u{1}\u{1F}é😀")
    #expect(String(decoding: writer.bytes, as: UTF8.self) == #""\"\\\n\r\t\u0001\u001fé😀""#)
  }

  @Test func `a character is escaped wherever it stands, and only where it must`() throws {
    for byte in UInt8.min..<0x80 {
      for place in 0..<17 {
        var bytes = [UInt8](repeating: UInt8(ascii: "~"), count: 17)
        bytes[place] = byte
        let text = String(decoding: bytes, as: UTF8.self)
        var writer = JSONWriter()
        writer.value(text)
        var scanner = JSONScanner()
        let written = writer.bytes
        let read = try scanner.string(written.span)
        #expect(read == text)
        let isEscaped = byte < 0x20 || byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\")
        #expect((writer.bytes.count > bytes.count + 2) == isEscaped)
      }
    }
  }
}
