import HTTP
import Loop
import Support
import TLS

/// Clients that never stop asking over TLS, some on connections that they keep, some on a new one each time, and some
/// by HTTP/2. Each answer is compared with the path that was asked for; whatever else happens to a request is a
/// failure.
final class SteadyLoad {
  private(set) var answers = 0
  /// Of them, those by HTTP/2.
  private(set) var answersOnStreams = 0
  private(set) var failures: [String] = []
  private let stage: Stage
  private let endpoint: Endpoint
  private let tls: TLSContext
  private var clients = 0
  private var isOver = false
  /// Of the latest request.
  private var number = 0

  /// - Parameters:
  ///   - clients: half of them keep their connection for as long as they may.
  ///   - multiplexing: further ones, by HTTP/2.
  init(_ stage: Stage, port: UInt16, trusting authorities: String, clients: Int, multiplexing: Int) throws {
    self.stage = stage
    endpoint = .tcp(host: "localhost", port: port)
    tls = try TLSContext.client(caFile: authorities)
    self.clients = clients + multiplexing
    for index in 0..<clients { stage.loop.start { await self.ask(keeping: index % 2 == 0, named: index) } }
    for index in clients..<self.clients { stage.loop.start { await self.askOnStreams(named: index) } }
  }

  /// Returns once the last answers are there.
  func end() async throws {
    isOver = true
    try await eventually("all clients have their answers", on: stage.loop) { clients == 0 }
  }

  private func ask(keeping: Bool, named name: Int) async {
    while !isOver {
      do {
        let line = try await ClientLine(to: endpoint, tls, on: stage.loop)
        var goesOn = true
        while goesOn, !isOver {
          number += 1
          let path = "/films/\(name)/\(number)"
          let answer = try await line.ask(path, keeping: keeping)
          goesOn = answer.keepsAlive && keeping
          if answer.content == path { answers += 1 } else { failures.append("\(path): \(answer.content)") }
        }
        line.close()
      } catch {
        failures.append("client \(name): \(error)")
      }
    }
    clients -= 1
  }

  /// A few requests at once on one connection, until the server says goodbye; then on another one.
  private func askOnStreams(named name: Int) async {
    while !isOver {
      do {
        let line = try await StreamLine(to: endpoint, tls, on: stage.loop)
        _ = await concurrently(4, on: stage.loop) { await self.ask(on: line, named: "\(name).\($0)") }
        line.close()
      } catch {
        failures.append("client \(name): \(error)")
      }
    }
    clients -= 1
  }

  private func ask(on line: StreamLine, named name: String) async {
    while !isOver, !line.isEnding {
      number += 1
      let path = "/films/\(name)/\(number)"
      switch await line.ask(path) {
      case .answered(path): (answers, answersOnStreams) = (answers + 1, answersOnStreams + 1)
      case .answered(let other): failures.append("\(path): \(other)")
      case .unseen: break
      case .lost(let reason): failures.append("\(path): \(reason)")
      }
    }
  }
}

/// One connection, one request at a time.
private final class ClientLine {
  struct Broken: Error { let received: String }

  private let stream: ByteStream
  private var received: [UInt8] = []
  private var hasEnded = false
  private var wake: () -> Void = {}

  init(to endpoint: Endpoint, _ tls: TLSContext, on loop: EventLoop) async throws {
    stream = try await ByteStream.connect(to: endpoint, tls: tls, on: loop, deadline: .seconds(10))
    stream.onRead = { [unowned self] bytes in
      for index in bytes.indices { received.append(bytes[index]) }
      wake()
    }
    stream.onEnd = { [unowned self] _ in
      hasEnded = true
      wake()
    }
    stream.startReading()
  }

  func close() { stream.close() }

  func ask(_ path: String, keeping: Bool) async throws -> (content: String, keepsAlive: Bool) {
    received = []
    let end = keeping ? "" : "Connection: close\r\n"
    stream.write(Array("GET \(path) HTTP/1.1\r\nHost: localhost\r\n\(end)\r\n".utf8))
    while true {
      if let answer = whole() { return answer }
      guard !hasEnded else { throw Broken(received: String(decoding: received, as: UTF8.self)) }
      await withCheckedContinuation { continuation in
        wake = { [unowned self] in
          wake = {}
          continuation.resume()
        }
      }
    }
  }

  private func whole() -> (content: String, keepsAlive: Bool)? {
    let text = String(decoding: received, as: UTF8.self)
    guard let end = text.firstRange(of: "\r\n\r\n") else { return nil }
    let head = text[..<end.lowerBound].lowercased()
    guard let field = head.firstRange(of: "content-length: ") else { return nil }
    let length = Int(head[field.upperBound...].prefix { $0.isNumber }) ?? 0
    let content = text[end.upperBound...]
    guard content.utf8.count >= length else { return nil }
    return (String(content), !head.contains("connection: close"))
  }
}
