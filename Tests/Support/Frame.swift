internal import HTTP

/// A frame of HTTP/2 as a client writes it, right or wrong, and as it reads one. Source: RFC 9113 §4.1, §6.
package struct Frame: Equatable {
  package var type: UInt8
  package var flags: UInt8 = 0
  package var stream: Int32 = 0
  package var payload: [UInt8] = []

  package static let endStream: UInt8 = 0x1
  package static let ack: UInt8 = 0x1
  package static let endHeaders: UInt8 = 0x4
  package static let padded: UInt8 = 0x8
  package static let priority: UInt8 = 0x20

  package var bytes: [UInt8] {
    let length = payload.count
    return [UInt8(length >> 16 & 0xFF), UInt8(length >> 8 & 0xFF), UInt8(length & 0xFF), type, flags]
      + UInt32(bitPattern: stream).bytes + payload
  }

  package init(type: UInt8, flags: UInt8 = 0, stream: Int32 = 0, payload: [UInt8] = []) {
    (self.type, self.flags, self.stream, self.payload) = (type, flags, stream, payload)
  }

  /// The frames of which all has come; the rest is left.
  package static func read(from bytes: inout [UInt8]) -> [Frame] {
    var frames: [Frame] = []
    while bytes.count >= 9 {
      let length = Int(bytes[0]) << 16 | Int(bytes[1]) << 8 | Int(bytes[2])
      guard bytes.count >= 9 + length else { break }
      frames.append(
        Frame(
          type: bytes[3], flags: bytes[4], stream: Int32(bitPattern: UInt32(bytes[5...8])),
          payload: Array(bytes[9..<9 + length])))
      bytes.removeFirst(9 + length)
    }
    return frames
  }
}

/// The client's frames.
extension Frame {
  package static func data(_ stream: Int32, _ text: String, _ flags: UInt8 = endStream) -> Frame {
    Frame(type: 0, flags: flags, stream: stream, payload: Array(text.utf8))
  }

  package static func headers(_ stream: Int32, _ section: [UInt8], _ flags: UInt8 = endStream | endHeaders) -> Frame {
    Frame(type: 1, flags: flags, stream: stream, payload: section)
  }

  /// A whole request without content.
  package static func get(_ stream: Int32, _ path: String = "/fast", _ fields: KeyValuePairs<String, String> = [:])
    -> Frame
  {
    headers(stream, section("GET", path, fields))
  }

  /// A request whose content follows.
  package static func post(_ stream: Int32, _ path: String = "/count", _ fields: KeyValuePairs<String, String> = [:])
    -> Frame
  {
    headers(stream, section("POST", path, fields), endHeaders)
  }

  package static func priority(_ stream: Int32, on dependency: UInt32, exclusive: Bool = false) -> Frame {
    Frame(type: 2, stream: stream, payload: (dependency | (exclusive ? 1 << 31 : 0)).bytes + [15])
  }

  package static func reset(_ stream: Int32) -> Frame {
    Frame(type: 3, stream: stream, payload: UInt32(8).bytes)
  }

  package static func settings(_ values: KeyValuePairs<UInt16, UInt32> = [:]) -> Frame {
    Frame(type: 4, payload: values.flatMap { [UInt8($0 >> 8), UInt8($0 & 0xFF)] + $1.bytes })
  }

  package static func pushPromise(_ stream: Int32) -> Frame {
    Frame(type: 5, flags: endHeaders, stream: stream, payload: UInt32(2).bytes + section("GET", "/fast"))
  }

  package static func ping(_ text: String = "12345678") -> Frame { Frame(type: 6, payload: Array(text.utf8)) }

  package static func goAway(_ stream: Int32 = 0, code: UInt32 = 0) -> Frame {
    Frame(type: 7, stream: stream, payload: UInt32(0).bytes + code.bytes)
  }

  package static func windowUpdate(_ stream: Int32, _ increment: UInt32) -> Frame {
    Frame(type: 8, stream: stream, payload: increment.bytes)
  }

  package static func continuation(_ stream: Int32, _ section: [UInt8], _ flags: UInt8 = endHeaders) -> Frame {
    Frame(type: 9, flags: flags, stream: stream, payload: section)
  }

  package static func priorityUpdate(_ stream: UInt32, _ value: String, on frameStream: Int32 = 0) -> Frame {
    Frame(type: 16, stream: frameStream, payload: stream.bytes + Array(value.utf8))
  }

  /// A field section in which every field is a literal of its own. Source: RFC 7541 §6.2.2.
  package static func section(_ fields: KeyValuePairs<String, String>) -> [UInt8] {
    fields.flatMap { [0] + text($0) + text($1) }
  }

  package static func section(
    _ method: String, _ path: String, _ fields: KeyValuePairs<String, String> = [:]
  ) -> [UInt8] {
    section([":method": method, ":scheme": "http", ":path": path, ":authority": "h"]) + section(fields)
  }

  /// Without the Huffman code. Source: RFC 7541 §5.2.
  private static func text(_ text: String) -> [UInt8] {
    var count = text.utf8.count
    guard count >= 127 else { return [UInt8(count)] + text.utf8 }
    var length: [UInt8] = [127]
    count -= 127
    while count >= 128 {
      length.append(UInt8(count & 127 | 128))
      count >>= 7
    }
    return length + [UInt8(count)] + text.utf8
  }
}

/// The server's frames.
extension Frame {
  /// Of GOAWAY and RST_STREAM.
  package var code: UInt32 { UInt32(payload[(type == 7 ? 4 : 0)...].prefix(4)) }

  /// Of HEADERS: the status is their first field. It is one of the static table's, or three digits, which are written
  /// with the Huffman code when that makes them shorter. Source: RFC 7541 §6, appendices A and B.
  package var status: Int? {
    // An update of the table's size may stand before it.
    let fields = payload.drop { $0 & 0xE0 == 0x20 }
    guard let first = fields.first else { return nil }
    if first & 0x80 != 0 { return [200, 204, 206, 304, 400, 404, 500][Int(first & 0x7F) - 8] }
    let value = fields.dropFirst(2)
    let size = fields[fields.startIndex + 1]
    return Int(size & 0x80 == 0 ? value.prefix(3).text : Self.digits(value.prefix(Int(size & 0x7F))))
  }

  private static func digits(_ bytes: ArraySlice<UInt8>) -> String {
    var bits = bytes.flatMap { byte in (0..<8).reversed().map { byte >> $0 & 1 } }[...]
    return String(
      (0..<3).compactMap { _ in
        let short = bits.prefix(5).reduce(0) { $0 << 1 | Int($1) }
        guard short > 2 else {
          bits = bits.dropFirst(5)
          return Character(String(short))
        }
        defer { bits = bits.dropFirst(6) }
        return Character(String(bits.prefix(6).reduce(0) { $0 << 1 | Int($1) } - 0b011001 + 3))
      })
  }
}

extension UInt32 {
  package var bytes: [UInt8] {
    [UInt8(self >> 24), UInt8(self >> 16 & 0xFF), UInt8(self >> 8 & 0xFF), UInt8(self & 0xFF)]
  }

  package init(_ bytes: ArraySlice<UInt8>) { self = bytes.reduce(0) { $0 << 8 | UInt32($1) } }
}
