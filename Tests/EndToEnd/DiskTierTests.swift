import HTTP
import HTTPServer
import Loop
import Support
import Testing

/// Large answers that an edge of its own process keeps on disk.
@Suite struct `Large answers` {
  @Test
  func `an edge that is killed while it fills gives nothing but what is whole and right when it is back`() throws {
    try Stage.run { stage in
      let origin = try LargeOrigin(on: stage.loop)
      stage.atEnd { await origin.stop() }
      let folder = try stage.folder().path
      let edge = try stage.program(
        "moviesnow-edge", ["serve"],
        environment: [
          "EDGE_MODE": "cache", "EDGE_LISTEN": "127.0.0.1:0", "EDGE_OPS_LISTEN": "127.0.0.1:0",
          "EDGE_ORIGIN_URL": "http://127.0.0.1:\(origin.port)", "EDGE_CACHE_FOLDER": folder,
        ])
      func caller() async throws -> Caller {
        try edge.start()
        try await eventually("the disk tier is there", on: stage.loop) {
          edge.latestOutput.contains("the disk tier is there")
        }
        let address = try await edge.printed("edge listens on ")
        // The host is a part of each key.
        edge.environment["EDGE_LISTEN"] = address
        return try Caller(stage, "http://\(address)")
      }
      var client = try await caller()
      for round in 0..<4 {
        let whole = "/whole/\(round)"
        try await eventually("\(whole) is a hit", on: stage.loop) {
          (try? await client.get(whole).fields.first(.cacheStatus))?.contains("hit") == true
        }
        let asked = origin.requests.filter { $0 == whole }.count
        origin.pausesAfter = 1 + round * 20
        stage.loop.start { [client] in _ = try? await client.get("/half/\(round)") }
        try await eventually("half of it is there", on: stage.loop) { origin.isPaused }
        await edge.kill()
        origin.pausesAfter = nil
        client = try await caller()
        for target in [whole, "/half/\(round)"] {
          let answer = try await client.get(target)
          #expect(answer.body == LargeOrigin.content(of: target), "\(target) in round \(round)")
        }
        #expect(origin.requests.filter { $0 == whole }.count == asked, "\(whole) was asked for again")
      }
    }
  }
}

/// Gives each path five megabytes of its own, no two pieces alike, and stops in the middle when it is told to.
private final class LargeOrigin: Service {
  private(set) var requests: [String] = []
  private(set) var isPaused = false
  /// Pieces of 64 KiB; nil: never.
  var pausesAfter: Int? { didSet { isPaused = false } }
  private let loop: EventLoop
  private var server: Server?

  init(on loop: EventLoop) throws {
    self.loop = loop
    server = try Server(on: .tcp(host: "127.0.0.1", port: 0), loop: loop, service: self)
  }

  var port: UInt16 { server?.port ?? 0 }

  func stop() async {
    await server?.drain(deadline: .zero)
    server = nil
  }

  static func content(of path: String) -> [UInt8] {
    let seed = path.utf8.reduce(7) { $0 &* 31 &+ Int($1) }
    let piece = (0..<64 * 1024).map { UInt8(truncatingIfNeeded: ($0 &* 2_654_435_761 &+ seed) >> 13) }
    return (0..<80).flatMap { [UInt8($0)] + piece.dropFirst() }
  }

  func dispatch(_ request: Request) -> Dispatch {
    let path = request.path.text
    requests.append(path)
    let content = Self.content(of: path)
    let pieces = Pieces(content) { [self] index in
      while index == pausesAfter {
        isPaused = true
        await loop.sleep(for: .milliseconds(5))
      }
    }
    var response = Response(.ok, body: .stream(pieces, length: content.count))
    response.fields.append(.cacheControl, "max-age=600")
    response.fields.append(.etag, "\"\(path.utf8.count)\"")
    return .respond(response)
  }

  func finished(_ request: Request, status: Status, bytes: Int, duration: Duration) {}
}

private final class Pieces: BodySource {
  private var rest: ArraySlice<UInt8>
  private var index = 0
  private let pause: (Int) async -> Void

  init(_ content: [UInt8], pause: @escaping (Int) async -> Void) {
    rest = content[...]
    self.pause = pause
  }

  func next() async throws -> [UInt8]? {
    guard !rest.isEmpty else { return nil }
    await pause(index)
    index += 1
    defer { rest = rest.dropFirst(64 * 1024) }
    return Array(rest.prefix(64 * 1024))
  }
}
