import HTTP
import Testing

@Suite struct `Bytes, eight at a time` {
  @Test func `a byte is found at every place, and only there`() {
    for size in 0..<20 {
      for place in 0..<size {
        for filler: UInt8 in [0, 0x09, 0x0B, 0x7F, 0x80, 0x8A, 0xFF] {
          var bytes = [UInt8](repeating: filler, count: size)
          bytes[place] = 0x0A
          let found = bytes.span.firstIndex(of: 0x0A)
          let behind = bytes.span.firstIndex(of: 0x0A, from: place + 1)
          #expect(found == place && behind == nil)
        }
      }
    }
  }

  @Test func `letters compare alike in both cases, and nothing else does`() {
    for byte in UInt8.min...UInt8.max {
      for place in 0..<17 {
        var bytes = [UInt8](repeating: UInt8(ascii: "N"), count: 17)
        var lowered = [UInt8](repeating: UInt8(ascii: "n"), count: 17)
        bytes[place] = byte
        lowered[place] = byte.loweredASCII
        let isSame = bytes.span.equalsIgnoringCase(lowered.span)
        lowered[place] ^= 0x20
        let isOther = !bytes.span.equalsIgnoringCase(lowered.span)
        #expect(isSame && isOther)
      }
    }
  }

  @Test func `a field's value is refused for one byte, wherever it stands`() {
    for byte in UInt8.min...UInt8.max where byte != 0x0A && byte != 0x0D {
      for place in 0..<17 {
        var value = [UInt8](repeating: UInt8(ascii: "v"), count: 17)
        value[place] = byte
        let head = Array("GET / HTTP/1.1\r\nHost: a\r\nX: ".utf8) + value + Array("\r\n\r\n".utf8)
        var parser = RequestParser()
        let request = Request()
        let progress = try? parser.parse(head.span, into: request)
        #expect(progress == (byte.isFieldValueCharacter ? .complete(consumed: head.count) : nil))
      }
    }
  }

  @Test(arguments: [0, 9, 10, 99, 4_102_444_800, Int.max])
  func `numbers are written in decimal`(number: Int) {
    var bytes: [UInt8] = []
    bytes.append(decimal: number)
    #expect(bytes.text == String(number))
  }
}
