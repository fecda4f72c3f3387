import HTTP
import HTTPServer
import Loop
import Support
import Testing

/// A client that sends frames as they are written in the test and keeps what comes back. It answers nothing by itself.
final class FrameClient {
  let loop: EventLoop
  let socket: SocketStream
  private(set) var frames: [Frame] = []
  private(set) var hasEnded = false
  private var rest: [UInt8] = []

  static let preface = Array("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".utf8)

  init(to port: UInt16?, on loop: EventLoop, reading: Bool = true) async throws {
    self.loop = loop
    socket = try await SocketStream.connect(
      to: .tcp(host: "127.0.0.1", port: port ?? 0), on: loop, deadline: .seconds(5))
    socket.onRead = { [unowned self] bytes in
      rest.append(copying: bytes)
      frames += Frame.read(from: &rest)
    }
    socket.onEnd = { [unowned self] _ in hasEnded = true }
    if reading { socket.startReading() }
  }

  deinit { socket.close() }

  /// The preface and settings that keep the answers' fields readable without a table.
  func greet(_ settings: KeyValuePairs<UInt16, UInt32> = [1: 0]) {
    socket.write(Self.preface)
    send(.settings(settings))
  }

  func send(_ frames: Frame...) { send(frames) }
  func send(_ frames: [Frame]) { socket.write(frames.flatMap(\.bytes)) }

  func expect(_ what: String, _ isThere: ([Frame]) -> Bool) async throws {
    try await eventually(what, on: loop) { isThere(frames) }
  }

  func expectStatus(_ status: Int, on stream: Int32) async throws {
    try await expect("\(status) on \(stream)") { _ in statuses(on: stream).contains(status) }
  }

  func expectEnd(of stream: Int32) async throws {
    try await expect("the end of \(stream)") { frames in
      frames.contains { $0.stream == stream && ($0.type == 3 || $0.type < 2 && $0.flags & Frame.endStream != 0) }
    }
  }

  func expectGoAway(_ codes: ErrorCodes) async throws {
    try await expect("GOAWAY \(codes)") { _ in goAway != nil }
    #expect(codes.contains(goAway ?? 99))
    try await eventually("the end", on: loop) { hasEnded }
  }

  /// Whatever was sent before it is read by then, and harmless.
  func expectAlive() async throws {
    let before = pongs
    send(.ping("are you?"))
    try await expect("a ping's answer") { _ in pongs > before }
    #expect(goAway == nil && !hasEnded)
  }

  private var pongs: Int { frames.count { $0.type == 6 && $0.payload == Array("are you?".utf8) } }
  var goAway: UInt32? { frames.first { $0.type == 7 }?.code }
  var contentSize: Int { frames.filter { $0.type == 0 }.map(\.payload.count).reduce(0, +) }
  func reset(of stream: Int32) -> UInt32? { frames.first { $0.type == 3 && $0.stream == stream }?.code }
  func statuses(on stream: Int32) -> [Int] {
    frames.filter { $0.type == 1 && $0.stream == stream }.map { $0.status ?? 0 }
  }
  func content(of stream: Int32) -> String {
    frames.filter { $0.type == 0 && $0.stream == stream }.flatMap(\.payload).text
  }
}

/// Source: RFC 9113 §7.
typealias ErrorCodes = Set<UInt32>

/// Serves `TestService` to a client of frames.
func serveFrames(
  _ limits: Limits = Limits(), settings: KeyValuePairs<UInt16, UInt32>? = [1: 0],
  _ body: @escaping (FrameClient, Server, TestService) async throws -> Void
) throws {
  let loop = EventLoop()
  let _: Void = try loop.run {
    let service = TestService(loop)
    let server = try Server(on: .tcp(host: "127.0.0.1", port: 0), loop: loop, limits: limits, service: service)
    let client = try await FrameClient(to: server.port, on: loop)
    if let settings { client.greet(settings) }
    do { try await body(client, server, service) } catch {
      client.socket.close()
      await server.drain(deadline: .zero)
      throw error
    }
    client.socket.close()
    await server.drain(deadline: .zero)
    try await eventually("every handler is done", on: loop) { service.sleepers == 0 }
  }
  #expect(loop.handlesLeftOpen == 0)
}
