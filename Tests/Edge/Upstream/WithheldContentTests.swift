import HTTP
import HTTPClient
import HTTPServer
import Loop
import Support
import Testing

@testable import Edge

/// Who is to blame when a request's content does not arrive: over the wire, with a client's time and an origin's that
/// are over sooner than the other's.
@Suite struct `Content on its way to the origin` {
  @Test func `that a client withholds is its own 408, however impatient we are with the origin`() throws {
    try Stage.run { stage in
      let house = try House(stage, client: .milliseconds(600), origin: .milliseconds(50))
      let withheld = Withheld([1, 2, 3])
      #expect(try await house.post(withheld, length: 10) == 408)
      withheld.release()
      // What came of it has reached the origin, which has no part in what is missing.
      #expect(house.origin.heads.count == 1)
    }
  }

  @Test func `that comes late, but within its time, is waited for`() throws {
    try Stage.run { stage in
      let house = try House(stage, client: .seconds(30), origin: .milliseconds(50))
      let withheld = Withheld([1, 2, 3])
      house.origin.answer = { _, line in
        // Beyond the origin's own time.
        stage.loop.start {
          await stage.loop.sleep(for: .milliseconds(200))
          withheld.release()
          try? await eventually("all of it", on: stage.loop) { line.received.hasSuffix("\u{1}\u{2}\u{3}") }
          line.send("HTTP/1.1 204 No Content\r\n\r\n")
        }
      }
      #expect(try await house.post(withheld, length: 3) == 204)
    }
  }

  @Test func `that the origin has and does not answer is the origin's 504, of which the client is not to blame`() throws
  {
    try Stage.run { stage in
      let house = try House(stage, client: .milliseconds(50), origin: .milliseconds(600))
      let whole = Withheld([1, 2, 3])
      whole.release()
      house.origin.answer = { _, _ in }
      #expect(try await house.post(whole, length: 3) == 504)
    }
  }
}

/// A server that passes all on to an origin of the test's.
private final class House: Service {
  let origin: RawOrigin
  private let upstream: Upstream
  private let client: WebClient
  private var port: UInt16 = 0

  init(_ stage: Stage, client patience: Duration, origin deadline: Duration) throws {
    let origin = try RawOrigin(stage)
    origin.answer = { _, _ in }
    self.origin = origin
    let client = WebClient(loop: stage.loop)
    self.client = client
    upstream = Upstream(
      client, Authority(host: "127.0.0.1", port: origin.port), bond: .stranger, deadline: deadline,
      country: { _ in nil }, audience: { _ in nil }, clientFields: { [] }, now: { 0 })
    var limits = Limits()
    limits.contentTimeout = patience
    let server = try Server(on: .tcp(host: "127.0.0.1", port: 0), loop: stage.loop, limits: limits, service: self)
    port = server.port ?? 0
    stage.atEnd {
      client.close()
      await server.drain(deadline: .zero)
    }
  }

  /// The answer's status.
  func post(_ content: Withheld, length: Int) async throws -> UInt16 {
    let request = ClientRequest(
      .post, Authority(host: "127.0.0.1", port: port), "/films", body: .stream(content, length: length))
    return try await client.send(request, deadline: .seconds(20)).status.code
  }

  func dispatch(_ request: Request) -> Dispatch {
    .streamed { [upstream] request, content in await upstream.forward(request, content, CacheStatus(.bypass)) }
  }

  func finished(_ request: Request, status: Status, bytes: Int, duration: Duration) {}
}

/// Content whose last byte comes when the test says so.
private final class Withheld: BodySource {
  private var rest: [UInt8]
  private var isReleased = false
  private var waiter: CheckedContinuation<Void, Never>?

  init(_ bytes: [UInt8]) { rest = bytes }

  func release() {
    isReleased = true
    waiter?.resume()
    waiter = nil
  }

  func next() async throws -> [UInt8]? {
    if rest.count == 1, !isReleased { await withCheckedContinuation { waiter = $0 } }
    guard let first = rest.first else { return nil }
    rest.removeFirst()
    return [first]
  }
}
