import HTTP
import Support
import Testing

/// What one client may take of the real edge.
@Suite struct `One client` {
  @Test func `that asks too often is answered 429 with the time to wait, and nobody else is`() throws {
    try Stage.run { stage in
      let program = try Role.edge.start(
        changing: ["EDGE_OPS_LISTEN": "off", "EDGE_CLIENT_REQUESTS": "3", "TRUSTED_PROXIES": "127.0.0.0/8"], on: stage)
      let edge = try Caller(stage, "http://" + (try await program.printed("edge listens on ")))
      let path = "/api/v1/healthz"
      var statuses: [UInt16] = []
      for _ in 0..<5 {
        let answer = try await edge.get(path, fields: [(.xForwardedFor, "198.51.100.7")])
        statuses.append(answer.status)
        guard answer.status == 429 else { continue }
        #expect(answer.fields.first(.retryAfter) == "1")
        #expect(answer.fields.first(.rateLimit) == "\"client\";r=0;t=1")
      }
      #expect(statuses == [200, 200, 200, 429, 429])
      #expect(try await edge.get(path, fields: [(.xForwardedFor, "198.51.100.8")]).status == 200)
      for _ in 0..<5 { #expect(try await edge.get(path).status == 200) }
    }
  }

  @Test func `is who the balancer's header names, over TLS too, and may open only so many connections`() throws {
    try Stage.run { stage in
      let edge = try await SecureEdge.one(
        stage, settings: ["EDGE_PROXY_PROTOCOL_FROM": "127.0.0.0/8", "EDGE_CLIENT_CONNECTIONS": "2"])
      // curl's header is of version 1, which is not spoken.
      #expect(try await edge.curl("--haproxy-protocol -o /dev/null -w '%{http_code}'").contains("000"))
      #expect(try await edge.curl("-o /dev/null -w '%{http_code}'").contains("000"))
    }
  }

  @Test func `is told to be fewer when the system allows too few open files`() throws {
    try Stage.run { stage in
      let program = try Role.edge.start(
        changing: ["EDGE_OPS_LISTEN": "off", "EDGE_MAX_CONNECTIONS": "9000000"], on: stage)
      _ = try await program.printed("edge listens on ")
      #expect(program.output.contains("EDGE_MAX_CONNECTIONS: 9000000 take 9001024 open files"))
    }
  }
}
