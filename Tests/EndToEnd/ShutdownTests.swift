import Glibc
import HTTP
import HTTPClient
import HTTPServer
import Loop
import Support
import Testing

/// The end of a service: nothing that it took is cut.
@Suite struct `The end of a service` {
  @Test
  func `what is in flight at the edge is answered, nothing new is taken, and the exit is 0`() throws {
    try Stage.run { stage in
      let slow = try SlowOrigin(stage, answersAfter: .milliseconds(400))
      let house = try await Deployment(on: stage, .init(edgeSettings: ["EDGE_ORIGIN_URL": slow.base]))
      let edge = house.edgePrograms[0]
      stage.loop.start {
        try? await eventually("all are in flight", on: stage.loop) { slow.requests == 50 }
        edge.send(SIGTERM)
      }
      let statuses = await concurrently(50, on: stage.loop) { _ in
        (try? await house.edge.get("/api/v1/slow").status) ?? 0
      }
      #expect(statuses == Array(repeating: 200, count: 50))
      #expect(try await edge.exit(within: .seconds(5)) == 0)
      await #expect(throws: HTTPClientError.self) { try await house.edge.get("/healthz") }
    }
  }

  @Test(arguments: ["edge", "origin"])
  func `it says first that it is not ready, and serves until load balancers have noticed`(_ role: String) throws {
    try Stage.run { stage in
      let delay = ["SHUTDOWN_DELAY_SECONDS": "1"]
      let house = try await Deployment(on: stage, .init(edgeSettings: delay, originSettings: delay))
      let (program, caller) =
        role == "edge" ? (house.edgePrograms[0], house.edge) : (house.originProgram, house.origin)
      #expect(try await caller.get("/readyz").status == 200)
      var statuses: Set<UInt16> = []
      var isBalanced = true
      // The load balancer's: it sends requests for as long as the service says that it is ready.
      for _ in 0..<8 {
        stage.loop.start {
          while isBalanced { statuses.insert((try? await caller.get("/api/v1/titles").status) ?? 0) }
        }
      }
      program.send(SIGTERM)
      try await eventually("it is not ready", on: stage.loop, within: .milliseconds(900)) {
        (try? await caller.get("/readyz").status) == 503
      }
      let late = try await caller.get("/healthz")
      #expect(late.status == 200 && late.fields.first(.connection) == "close")
      isBalanced = false
      #expect(try await program.exit(within: .seconds(5)) == 0)
      #expect(statuses == [200])
    }
  }

  @Test
  func `what does not end is cut off when the grace is over`() throws {
    try Stage.run { stage in
      let slow = try SlowOrigin(stage, answersAfter: .seconds(20))
      let settings = ["EDGE_ORIGIN_URL": slow.base, "SHUTDOWN_GRACE_SECONDS": "1"]
      let house = try await Deployment(on: stage, .init(edgeSettings: settings))
      let edge = house.edgePrograms[0]
      stage.loop.start {
        try? await eventually("it is in flight", on: stage.loop) { slow.requests == 1 }
        edge.send(SIGTERM)
      }
      await #expect(throws: HTTPClientError.self) { try await house.edge.get("/api/v1/slow") }
      #expect(try await edge.exit(within: .seconds(3)) == 0)
    }
  }

  @Test
  func `sign-ups in flight at the origin are answered and kept`() throws {
    try Stage.run { stage in
      let house = try await Deployment(on: stage)
      var answered = 0
      stage.loop.start {
        // Hashing passwords takes long enough: when one is done, the others are waiting.
        try? await eventually("one is done", on: stage.loop) { answered > 0 }
        house.originProgram.send(SIGTERM)
      }
      let statuses = await concurrently(8, on: stage.loop) { index in
        let body = "{\"email\":\"u\(index)@example.org\",\"password\":\"correct horse\"}"
        let answer = try? await house.origin.post("/api/v1/auth/signup", body)
        answered += 1
        return answer?.status ?? 0
      }
      #expect(statuses == Array(repeating: 201, count: 8))
      #expect(try await house.originProgram.exit(within: .seconds(5)) == 0)
    }
  }
}

/// An origin in this process that takes its time.
private final class SlowOrigin: Service {
  /// Of clients, not of the edge itself.
  private(set) var requests = 0
  private(set) var base = ""
  private let loop: EventLoop
  private let patience: Duration

  init(_ stage: Stage, answersAfter patience: Duration) throws {
    loop = stage.loop
    self.patience = patience
    let server = try Server(on: .tcp(host: "127.0.0.1", port: 0), loop: stage.loop, service: self)
    base = "http://127.0.0.1:\(server.port ?? 0)"
    stage.atEnd { await server.drain(deadline: .zero) }
  }

  func dispatch(_ request: Request) -> Dispatch {
    if !request.path.starts(with: "/internal/".utf8) { requests += 1 }
    return .buffered(limit: 0) { [loop, patience] _ in
      .later {
        await loop.sleep(for: patience)
        return Response.json(.ok, Array("{}".utf8))
      }
    }
  }

  func finished(_ request: Request, status: Status, bytes: Int, duration: Duration) {}
}
