import HTTP
import HTTPServer
import Loop
import Support

/// A client that sends bytes as they are written in the test and keeps what comes back.
final class RawClient {
  let loop: EventLoop
  let socket: SocketStream
  private(set) var received = ""
  private(set) var hasEnded = false
  private(set) var wasReset = false

  init(to port: UInt16?, on loop: EventLoop, reading: Bool = true) async throws {
    self.loop = loop
    socket = try await SocketStream.connect(
      to: .tcp(host: "127.0.0.1", port: port ?? 0), on: loop, deadline: .seconds(5))
    socket.onRead = { [unowned self] bytes in
      var copy: [UInt8] = []
      for index in bytes.indices { copy.append(bytes[index]) }
      received += copy.text
    }
    socket.onEnd = { [unowned self] error in
      hasEnded = true
      wasReset = error != nil
    }
    if reading { socket.startReading() }
  }

  deinit { socket.close() }

  func send(_ text: String) { socket.write(Array(text.utf8)) }

  func expect(_ text: String) async throws {
    try await eventually("\(text) in \(received)", on: loop) { received.contains(text) }
  }

  func expectEnd() async throws {
    try await eventually("the end after \(received)", on: loop) { hasEnded }
  }

  var statuses: [String] {
    received.split(separator: "HTTP/1.1 ").map { String($0.prefix(3)) }
  }

  func count(of text: String) -> Int { received.split(separator: text, omittingEmptySubsequences: false).count - 1 }
}

/// Paths name the behaviour under test.
final class TestService: Service {
  /// Beyond what any socket takes at once.
  static let large = Array(String(repeating: "as much as nobody takes at once.", count: 250_000).utf8)

  let loop: EventLoop
  private(set) var finished: [String] = []
  /// Handlers that take their time.
  private(set) var sleepers = 0
  /// Of contents without an end.
  private(set) var floodedPieces = 0

  init(_ loop: EventLoop) { self.loop = loop }

  func dispatch(_ request: Request) -> Dispatch {
    switch request.path.text {
    case "/fast": return .respond(.text(.ok, "fast"))
    case "/who": return .respond(.text(.ok, "\(request.client.address)"))
    case "/slow":
      return .buffered(limit: 0) { [self] _ in
        .later { [self] in
          await sleep(for: .milliseconds(20))
          return .text(.ok, "slow")
        }
      }
    case "/unhurried": return .buffered(limit: 0) { _ in .later { .text(.ok, "unhurried") } }
    case "/echo": return .buffered(limit: 1_000) { .ready(.text(.ok, $0.body.text)) }
    case "/count":
      return .streamed { _, content in
        var count = 0
        do { while let piece = try await content.next() { count += piece.count } } catch { return .text(.ok, "cut") }
        return .text(.ok, "counted \(count)")
      }
    case "/hints":
      return .streamed { request, _ in
        request.announcer?.announce(Status(103), Fields([.link: "</a>"]))
        return .text(.ok, "hinted")
      }
    case "/hold":
      return .streamed { [self] _, _ in
        await sleep(for: .milliseconds(500))
        return .text(.ok, "held")
      }
    case "/early": return .streamed { _, _ in .text(.forbidden, "no") }
    case "/pieces": return .respond(Response(.ok, body: .stream(Pieces(["one", "two"]), length: nil)))
    case "/flood": return .respond(Response(.ok, body: .stream(Flood { [self] in floodedPieces += 1 }, length: nil)))
    case "/large": return .respond(Response(.ok, body: .bytes(Self.large)))
    case "/broken": return .respond(Response(.ok, body: .stream(Pieces(["one"]), length: 9)))
    case "/gone": return .respond(Response(.notModified, fields: Fields([.etag: "\"x\""])))
    default: return .respond(Problem(.notFound).response(instance: request.id))
    }
  }

  private func sleep(for duration: Duration) async {
    sleepers += 1
    await loop.sleep(for: duration)
    sleepers -= 1
  }

  func finished(_ request: Request, status: Status, bytes: Int, duration: Duration) {
    finished.append("\(request.path.text) \(status.code) \(bytes)")
  }
}

extension Fields {
  init(_ pairs: KeyValuePairs<FieldName, String>) {
    self.init()
    for (name, value) in pairs { append(name, value) }
  }
}

private final class Pieces: BodySource {
  private var rest: [String]
  init(_ pieces: [String]) { rest = pieces }
  func next() async throws -> [UInt8]? { rest.isEmpty ? nil : Array(rest.removeFirst().utf8) }
}

/// Content without an end; tells of each piece that is asked for.
private final class Flood: BodySource {
  private let asked: () -> Void
  init(_ asked: @escaping () -> Void) { self.asked = asked }

  func next() async throws -> [UInt8]? {
    asked()
    return [UInt8](repeating: 0x61, count: 64 * 1024)
  }
}
