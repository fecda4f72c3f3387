import Support

@testable import HTTPServer

/// Frames that are right, with requests in them that are not.
extension HostileCase {
  private static func refused(_ name: String, _ fields: KeyValuePairs<String, String>) -> HostileCase {
    HostileCase(name, [.headers(1, Frame.section(fields))], .reset(1, .protocol))
  }

  private static func refusedField(_ name: String, _ field: String, _ value: String) -> HostileCase {
    HostileCase(name, [.get(1, "/fast", [field: value])], .reset(1, .protocol))
  }

  private static func answered(_ name: String, _ fields: KeyValuePairs<String, String>, _ status: Int) -> HostileCase {
    HostileCase(name, [.headers(1, Frame.section(fields))], .status(1, status))
  }

  static let messages: [HostileCase] = [
    HostileCase(
      "8.1 a second section that is not the last", [.post(1), .headers(1, Frame.section(["a": "b"]), 4)],
      .reset(1, .protocol)),
    HostileCase("8.1 trailers", [.post(1), .headers(1, Frame.section(["a": "b"]))], .status(1, 200)),
    HostileCase(
      "8.1 a pseudo-field in trailers", [.post(1), .headers(1, Frame.section([":path": "/"]))], .reset(1, .protocol)),
    refusedField("8.2.1 a name in upper case", "X-Test", "1"),
    refusedField("8.2.1 a name with a space", "x test", "1"),
    refusedField("8.2.1 a name with a colon", "x:test", "1"),
    refusedField("8.2.1 a name that is empty", "", "1"),
    refusedField("8.2.1 a value with a line end", "x", "1\r\nhost: other"),
    refusedField("8.2.1 a value with a NUL", "x", "1\0"),
    refusedField("8.2.1 a value that begins with a space", "x", " 1"),
    refusedField("8.2.2 Connection", "connection", "keep-alive"),
    refusedField("8.2.2 Keep-Alive", "keep-alive", "1"),
    refusedField("8.2.2 Proxy-Connection", "proxy-connection", "keep-alive"),
    refusedField("8.2.2 Transfer-Encoding", "transfer-encoding", "chunked"),
    refusedField("8.2.2 Upgrade", "upgrade", "h2c"),
    refusedField("8.2.2 TE other than trailers", "te", "trailers, deflate"),
    HostileCase("8.2.2 TE: trailers", [.get(1, "/fast", ["te": "trailers"])], .status(1, 200)),
    HostileCase("8.2.3 a cookie in crumbs", [.get(1, "/fast", ["cookie": "a", "cookie": "b"])], .status(1, 200)),
    refusedField("8.3 an unknown pseudo-field", ":test", "1"),
    refusedField("8.3 a response's pseudo-field", ":status", "200"),
    refused(
      "8.3 a pseudo-field after a field",
      [":method": "GET", ":scheme": "http", ":authority": "h", "a": "b", ":path": "/"]),
    refused("8.3.1 an empty path", [":method": "GET", ":scheme": "http", ":authority": "h", ":path": ""]),
    refused(
      "8.3.1 a method that is no token", [":method": "GE T", ":scheme": "http", ":path": "/", ":authority": "h"]),
    refused("8.3.1 no method", [":scheme": "http", ":authority": "h", ":path": "/"]),
    refused("8.3.1 no scheme", [":method": "GET", ":authority": "h", ":path": "/"]),
    refused("8.3.1 no path", [":method": "GET", ":scheme": "http", ":authority": "h"]),
    refused("8.3.1 two methods", [":method": "GET", ":method": "GET", ":scheme": "http", ":path": "/"]),
    refused("8.3.1 two schemes", [":method": "GET", ":scheme": "http", ":scheme": "http", ":path": "/"]),
    refused("8.3.1 two paths", [":method": "GET", ":scheme": "http", ":path": "/", ":path": "/"]),
    refused("8.3.1 a path of another form", [":method": "GET", ":scheme": "http", ":authority": "h", ":path": "x"]),
    refused("8.3.1 no authority", [":method": "GET", ":scheme": "http", ":path": "/"]),
    answered(
      "8.3.1 an authority with a user", [":method": "GET", ":scheme": "http", ":path": "/", ":authority": "u@h"], 400),
    answered(
      "8.3.1 an authority beside another Host",
      [":method": "GET", ":scheme": "http", ":path": "/", ":authority": "h", "host": "other"], 400),
    answered(
      "8.3.1 a broken encoding", [":method": "GET", ":scheme": "http", ":path": "/%2", ":authority": "h"], 400),
    answered("8.5 CONNECT", [":method": "CONNECT", ":authority": "h:443"], 501),
    refused(
      "8.5 an extended CONNECT",
      [":method": "CONNECT", ":protocol": "websocket", ":scheme": "http", ":path": "/", ":authority": "h"]),
    HostileCase(
      "8.1.1 less content than said", [.post(1, "/count", ["content-length": "9"]), .data(1, "four")],
      .reset(1, .protocol)),
    HostileCase(
      "8.1.1 more content than said", [.post(1, "/count", ["content-length": "1"]), .data(1, "fo", 0), .data(1, "ur")],
      .reset(1, .protocol)),
    HostileCase(
      "8.1.1 no content where some was said", [.get(1, "/fast", ["content-length": "1"])], .reset(1, .protocol)),
    HostileCase(
      "8.1.1 a length that is none", [.post(1, "/count", ["content-length": "+1"])], .reset(1, .protocol)),
    HostileCase(
      "8.1.1 two lengths", [.post(1, "/count", ["content-length": "1", "content-length": "1"])], .reset(1, .protocol)),
  ]

  /// Source: RFC 7541.
  static let compression: [HostileCase] = [
    HostileCase("7541 2.3.3 an index beyond both tables", [.headers(1, [0xC6])], .goAway(.compression)),
    HostileCase(
      "7541 2.3.3 a name's index beyond both tables", [.headers(1, [0x7F, 0x07, 1, 0x61])], .goAway(.compression)),
    HostileCase(
      "7541 4.2 an update of the table's size at the end", [.headers(1, Frame.section("GET", "/fast") + [0x20])],
      .goAway(.compression)),
    HostileCase(
      "7541 5.2 padding longer than 7 bits",
      [.headers(1, Frame.section("GET", "/fast") + [0, 1, 0x78, 0x82, 0x1F, 0xFF, 0xFF])], .goAway(.compression)),
    HostileCase(
      "7541 5.2 padding of zeroes", [.headers(1, Frame.section("GET", "/fast") + [0, 1, 0x78, 0x81, 0x00])],
      .goAway(.compression)),
    HostileCase(
      "7541 5.2 the end-of-string symbol",
      [.headers(1, Frame.section("GET", "/fast") + [0, 1, 0x78, 0x84, 0xFF, 0xFF, 0xFF, 0xFF])],
      .goAway(.compression)),
    HostileCase("7541 6.1 the index 0", [.headers(1, [0x80])], .goAway(.compression)),
    HostileCase(
      "7541 6.3 an update beyond the limit", [.headers(1, [0x3F, 0xE2, 0x1F] + Frame.section("GET", "/fast"))],
      .goAway(.compression)),
    HostileCase(
      "7541 6.3 an update within the limit", [.headers(1, [0x3F, 0xE1, 0x1F] + Frame.section("GET", "/fast"))],
      .status(1, 200)),
    HostileCase(
      "7541 5.1 an integer without an end", [.headers(1, [0xFF] + [UInt8](repeating: 0xFF, count: 12))],
      .goAway(.compression)),
  ]
}
