import Glibc
import Support
import Testing

/// What outlives a handshake: tickets, and connections while the certificates change.
@Suite struct `TLS at the edge, later` {
  @Test(arguments: ["-tls1_3", "-tls1_2"])
  func `knows its clients again, at every worker, after a reload, and at an edge with the same keys`(
    _ version: String
  ) throws {
    try Stage.run { stage in
      let keys = "\(try stage.folder().path)/tickets"
      _ = try await stage.shell("openssl rand -hex 32 > \(keys)")
      let settings = ["EDGE_TLS_TICKET_KEYS": keys, "EDGE_WORKERS": "2"]
      let certificate = try TestCertificate.make(for: "localhost")
      let edge = try await SecureEdge(stage, [certificate], settings: settings)
      let other = try await SecureEdge(stage, [certificate], settings: settings)
      let ticket = "\(keys).pem"
      // In TLS 1.3 tickets follow the handshake, so the client stays for a moment.
      let stay = "(sleep 0.5) | timeout 10 openssl s_client -connect 127.0.0.1:\(edge.port) \(version)"
      let first = try await stage.shell("\(stay) -sess_out \(ticket)").output
      #expect(first.contains("New, TLSv1"), "\(first)")
      // The new key seals from now on; the old one still opens.
      _ = try await stage.shell("(openssl rand -hex 32; cat \(keys)) > \(keys).new && mv \(keys).new \(keys)")
      try await edge.reload()
      for node in [edge, edge, edge, edge, other] {
        let text = try await node.handshake("\(version) -sess_in \(ticket)")
        #expect(text.contains("Reused, TLSv1"), "\(text)")
      }
      let stranger = try await SecureEdge(stage, [certificate])
      #expect(try await stranger.handshake("\(version) -sess_in \(ticket)").contains("New, TLSv1"))
    }
  }

  @Test func `gives tickets for half a day, whose keys outlive a reload, and knows nobody without one`() throws {
    try Stage.run { stage in
      let edge = try await SecureEdge.one(stage)
      let ticket = "\(try stage.folder().path)/ticket"
      let first = try await edge.handshake("-tls1_2 -sess_out \(ticket)")
      #expect(first.contains("ticket lifetime hint: 43200 (seconds)"), "\(first)")
      try await edge.reload()
      #expect(try await edge.handshake("-tls1_2 -sess_in \(ticket)").contains("Reused, TLSv1"))
      #expect(try await edge.handshake("-tls1_2 -no_ticket").contains("Session-ID: \n"))
    }
  }

  @Test func `serves new certificates after SIGHUP, and drops no connection for them`() throws {
    try Stage.run { stage in
      let (old, new) = (try TestCertificate.make(for: "localhost"), try TestCertificate.make(for: "localhost"))
      let folder = try stage.folder().path
      let setting = try old.link(into: folder)
      let edge = try await SecureEdge(
        stage, [old], settings: ["EDGE_TLS_CERTIFICATES": setting, "EDGE_WORKERS": "2"])
      // One connection: a request before the change, one after it.
      let request = "printf 'GET /api/v1/healthz HTTP/1.1\\r\\nHost: localhost\\r\\n\\r\\n'"
      let both = "(\(request); until [ -e \(folder)/go ]; do sleep 0.05; done; \(request); sleep 0.5)"
      let client = "timeout 20 openssl s_client -quiet -connect 127.0.0.1:\(edge.port)"
      _ = try await stage.shell("\(both) | \(client) >\(folder)/answers 2>/dev/null &")
      let answers = { try await stage.shell("grep -c 'HTTP/1.1 200' \(folder)/answers").output }
      try await eventually("one answer", on: stage.loop) { (try? await answers()) == "1\n" }
      _ = try new.link(into: folder)
      try await edge.reload()
      #expect(try await edge.curl("-o /dev/null").contains("SSL certificate problem"))
      #expect(try await edge.curl("-o /dev/null -w '%{http_code}'", trusting: new) == "200")
      _ = try await stage.shell("touch \(folder)/go")
      try await eventually("two answers", on: stage.loop) { (try? await answers()) == "2\n" }
    }
  }

  @Test func `keeps its certificates when the new ones are broken, and logs one line`() throws {
    try Stage.run { stage in
      let (old, new) = (try TestCertificate.make(for: "localhost"), try TestCertificate.make(for: "localhost"))
      let folder = try stage.folder().path
      let setting = try old.link(into: folder)
      let edge = try await SecureEdge(stage, [old], settings: ["EDGE_TLS_CERTIFICATES": setting])
      // The chain of one, the key of the other: half of a change.
      _ = try await stage.shell("ln -sf \(new.authority) \(folder)/chain.pem")
      edge.program.send(SIGHUP)
      try await eventually("it is logged", on: stage.loop) { edge.program.lines("not reloaded").count == 1 }
      #expect(edge.program.lines("not reloaded")[0].contains("EDGE_TLS_CERTIFICATES"))
      #expect(edge.program.lines("not reloaded")[0].contains("is not the key of \(folder)/chain.pem"))
      #expect(try await edge.curl("-o /dev/null -w '%{http_code}'") == "200")
    }
  }
}
