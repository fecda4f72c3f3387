import FoundationEssentials
import HTTPClient
import Loop
import Support

/// An edge in its mode `cache`, started from a file of three lines.
struct PlainCache {
  let caller: Caller
  let address: String
  let program: Program

  /// - Parameter settings: over the file's.
  init(_ stage: Stage, before origin: RawOrigin, _ settings: [String: String] = [:]) async throws {
    let file = "\(try stage.folder().path)/edge.yaml"
    let lines = "EDGE_LISTEN: 127.0.0.1:0\nEDGE_MODE: cache\nEDGE_ORIGIN_URL: \(origin.url)\n"
    try lines.write(toFile: file, atomically: false, encoding: .utf8)
    program = try stage.start(
      "moviesnow-edge", ["serve", "--config", file], environment: settings.merging(["EDGE_OPS_LISTEN": "off"]) { $1 })
    address = try await program.printed("edge listens on ")
    caller = try Caller(stage, "http://\(address)")
  }
}

extension String {
  /// An answer of an origin, with its length.
  static func answer(_ fields: String, _ content: String, status: String = "200 OK") -> String {
    let lines = fields.isEmpty ? "" : fields + "\r\n"
    return "HTTP/1.1 \(status)\r\n\(lines)Content-Length: \(content.utf8.count)\r\n\r\n\(content)"
  }
}

/// A connection of a client that sends raw bytes.
final class RawCall {
  fileprivate(set) var received = ""
  fileprivate(set) var hasEnded = false
}

extension Stage {
  /// Sends these bytes to `address:port`, and goes on while answers come in.
  func call(_ address: String, _ bytes: String) async throws -> RawCall {
    guard let endpoint = Endpoint(listening: address) else { preconditionFailure("no address: \(address)") }
    let stream = try await SocketStream.connect(to: endpoint, on: loop, deadline: .seconds(5))
    let call = RawCall()
    stream.onRead = { span in
      var text: [UInt8] = []
      for index in span.indices { text.append(span[index]) }
      call.received += String(decoding: text, as: UTF8.self)
    }
    stream.onEnd = { _ in
      call.hasEnded = true
      stream.close()
    }
    stream.startReading()
    stream.write(Array(bytes.utf8))
    return call
  }

  /// The same, until the other side ends: all that has come.
  func exchange(_ address: String, _ bytes: String) async throws -> String {
    let call = try await call(address, bytes)
    try await eventually("the connection ends", on: loop) { call.hasEnded }
    return call.received
  }
}
