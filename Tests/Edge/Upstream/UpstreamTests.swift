@testable import Edge
import HTTP
import HTTPServer
import Loop
import Support
import Testing

@Suite struct `What passes the edge` {
  @Test func `is stripped of what is meant for one hop, both ways, and marked, RFC 9110 §7.6`() throws {
    try CacheStage.run { stage in
      stage.origin.answer = { _ in
        Response.text(.ok, "x").with("keep-alive", "timeout=5").with("proxy-authenticate", "Basic")
          .with("x-once", "origin's").with(.connection, "x-once").with(.server, "origin")
      }
      let answer = try await stage.send(
        .post, "/write",
        [
          (.connection, "close,\tX-Secret"), ("x-secret", "1"), (.te, "trailers"), (.upgrade, "h2c"),
          ("proxy-authorization", "Basic"), (.via, "1.1 theirs"), ("x-kept", "2"),
        ])
      let sent = stage.origin.requests[0].fields
      for name: FieldName in [.connection, "x-secret", .te, .upgrade, "proxy-authorization"] {
        #expect(!sent.contains(name), "\(name)")
      }
      #expect(sent.all(.via) == ["1.1 theirs", "1.1 moviesnow-edge"] && sent.first("x-kept") == "2")
      for name: FieldName in [.connection, .keepAlive, "proxy-authenticate", "x-once", .server] {
        #expect(!answer.fields.contains(name), "\(name)")
      }
      #expect(answer.fields.all(.via) == ["1.1 moviesnow-edge"])
      #expect(answer.fields.count(of: .date) == 1)
    }
  }

  @Test func `says nothing about the client that the edge has not found out itself`() throws {
    try CacheStage.run { stage in
      stage.origin.answer = { _ in Response(.noContent) }
      let claims: [(FieldName, String)] = [
        (.edgeClient, "v1;k;1;10.0.0.1;DE;r;s"), (.forwarded, "for=10.0.0.1"), (.xForwardedFor, "10.0.0.1"),
        (.xForwardedProto, "https"), ("x-forwarded-host", "films.example"), ("x-country", "DE"),
        // To a server that takes an underscore for a hyphen it is the same.
        ("edge_client", "v1;k;1;10.0.0.1;DE;r;s"), ("x_forwarded_for", "10.0.0.1"), ("x-forwarded_host", "x"),
        ("content_length", "7"), ("transfer_encoding", "chunked"),
      ]
      _ = try await stage.send(.put, "/write", claims)
      for (name, _) in claims { #expect(!stage.origin.requests[0].fields.contains(name), "\(name)") }
    }
  }

  @Test func `counts down how far it may go, and heeds no number that is none, RFC 9110 §7.6.2`() throws {
    try CacheStage.run { stage in
      stage.origin.answer = { _ in Response(.noContent) }
      let numbers = [("2", "1"), ("-9223372036854775808", "-9223372036854775808"), ("-1", "-1"), ("x", "x")]
      for (number, _) in numbers { _ = try await stage.send(.options, "/films", [(.maxForwards, number)]) }
      #expect(stage.origin.requests.map { $0.fields.first(.maxForwards) } == numbers.map(\.1))
    }
  }

  @Test func `is a 502 when the origin is away, with a word on when to come back`() throws {
    try CacheStage.run { stage in
      await stage.origin.stop()
      let refused = try await stage.send(.post, "/write")
      #expect(refused.status == 502 && refused.fields.first(.retryAfter) == "1")
      #expect(refused.note == "moviesnow-edge; fwd=method")
    }
  }

  @Test func `is read again on a new connection when a kept one has died`() throws {
    try CacheStage.run { stage in
      stage.origin.answer = { _ in Response.text(.ok, "x").with(.cacheControl, "no-store") }
      _ = try await stage.get("/first")
      await stage.origin.stop()
      try stage.origin.start()
      #expect(try await stage.get("/second").text == "x")
    }
  }
}
