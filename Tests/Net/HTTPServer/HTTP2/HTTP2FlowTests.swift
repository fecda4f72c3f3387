import HTTP
import HTTPServer
import Loop
import Support
import Testing

/// What content costs its client in room and in time, and what does not.
@Suite(.serialized) struct `Content over HTTP/2` {
  @Test(arguments: ["/fast", "/early"])
  func `makes room for as much again, whoever took it or threw it away`(path: String) throws {
    try serveFrames { client, _, _ in
      // More than the connection's window, in all.
      for first in stride(from: 0, to: 100 as Int32, by: 25) {
        let streams = (first..<first + 25).map { 2 * $0 + 1 }
        client.send(streams.flatMap { [.post($0, path), .data($0, String(repeating: "x", count: 16_000))] })
        for stream in streams { try await client.expectEnd(of: stream) }
      }
      try await client.expectAlive()
    }
  }

  @Test func `that is given up in the middle makes room as well`() throws {
    try serveFrames { client, _, _ in
      for stream in (0..<20 as Range<Int32>).map({ 2 * $0 + 1 }) {
        client.send(.post(stream, "/hold"))
        for _ in 0..<4 { client.send(.data(stream, String(repeating: "x", count: 16_000), 0)) }
        client.send(.reset(stream))
        try await client.expectAlive()
      }
    }
  }

  @Test(arguments: [true, false])
  func `may wait as long as we let it wait`(isAsked: Bool) throws {
    var limits = Limits()
    limits.contentTimeout = .milliseconds(20)
    try serveFrames(limits) { client, _, _ in
      // The handler takes none of it for half a second, in which the server looks at least once.
      for stream in [1, 3, 5] as [Int32] {
        client.send(.post(stream, "/hold", isAsked ? ["expect": "100-continue"] : [:]))
        if !isAsked { client.send(.data(stream, "x", 0)) }
        try await client.expectEnd(of: stream)
        #expect(client.statuses(on: stream) == [200])
      }
    }
  }

  @Test func `buys time by arriving`() throws {
    var limits = Limits()
    (limits.contentTimeout, limits.minimumRate) = (.milliseconds(20), 1_000)
    try serveFrames(limits) { client, _, _ in
      client.send(.post(1), .data(1, String(repeating: "x", count: 9_000), 0), .post(3), .data(3, "x", 0))
      try await client.expectStatus(408, on: 3)
      client.send(.data(1, "x"))
      try await client.expectStatus(200, on: 1)
    }
  }

  @Test func `draining does not wait for a client that does not answer the ping`() throws {
    try serveFrames { client, server, _ in
      client.send(.post(1))
      try await client.expectAlive()
      client.loop.start { await server.drain(deadline: .seconds(5)) }
      try await client.expect("the last stream") { $0.contains { $0.type == 7 && UInt32($0.payload[0..<4]) == 1 } }
      client.send(.get(3), .data(1, ""))
      try await client.expectStatus(200, on: 1)
      try await eventually("the end", on: client.loop) { client.hasEnded }
      #expect(client.statuses(on: 3).isEmpty)
    }
  }
}
