import HTTP
import Support
import Testing

/// `EDGE_MODE: cache`, the real command before an origin that is scripted byte by byte.
@Suite struct `An edge that is only a cache` {
  @Test func `needs three lines, has no path of its own, and gives again what the origin lets it keep`() throws {
    try Stage.run { stage in
      let origin = try RawOrigin(stage)
      origin.alwaysSend(
        .answer("Cache-Control: max-age=60\r\nServer: theirs\r\nCDN-Cache-Control: max-age=60", "hello"))
      let edge = try await PlainCache(stage, before: origin)
      for path in ["/healthz", "/api/v1/player/sessions", "/internal/publication", "/a?b=2&a=1&api_key=x"] {
        let first = try await edge.caller.get(path)
        #expect(first.status == 200 && first.text == "hello")
        #expect(origin.heads.last?.hasPrefix("GET \(path) HTTP/1.1\r\n") == true)
        let second = try await edge.caller.get(path)
        #expect(second.text == "hello" && second.fields.contains(.age) && second.fields.contains(.via))
        #expect(second.fields.first(.server) == "theirs" && second.fields.contains(.cdnCacheControl))
        #expect(!second.fields.contains("x-frame-options"))
      }
      #expect(origin.heads.count == 4)
    }
  }

  @Test func `asks the origin by the name that the client used, and tells it who that was`() throws {
    try Stage.run { stage in
      let origin = try RawOrigin(stage)
      origin.alwaysSend(.answer("Cache-Control: max-age=60", "x"))
      let edge = try await PlainCache(stage, before: origin)
      for host in ["a.example", "b.example:8080", "A.example"] {
        let answer = try await stage.exchange(
          edge.address, "GET / HTTP/1.1\r\nHost: \(host)\r\nX-Forwarded-For: 10.9.9.9\r\nConnection: close\r\n\r\n")
        #expect(answer.hasPrefix("HTTP/1.1 200 "))
      }
      #expect(origin.heads.count == 2)
      #expect(origin.heads[0].contains("host: a.example\r\n") && origin.heads[1].contains("host: b.example:8080\r\n"))
      #expect(origin.heads[0].contains("x-forwarded-for: 127.0.0.1\r\n") && !origin.heads[0].contains("10.9.9.9"))
    }
  }

  @Test func `tells browsers to come by TLS as it is set, unless the origin tells them`() throws {
    try Stage.run { stage in
      let origin = try RawOrigin(stage)
      origin.alwaysSend(.answer("", "x"))
      let certificate = try TestCertificate.make(for: "localhost")
      func told(_ settings: [String: String]) async throws -> [Substring] {
        let own = ["EDGE_TLS_CERTIFICATES": certificate.setting]
        let edge = try await PlainCache(stage, before: origin, settings.merging(own) { $1 })
        let answer = try await stage.shell("curl -sSik https://\(edge.address)/")
        return answer.output.split(whereSeparator: \.isNewline).filter { $0.hasPrefix("strict-transport-security") }
      }
      #expect(try await told([:]) == [])
      let setting = ["STRICT_TRANSPORT_SECURITY": "max-age=7"]
      #expect(try await told(setting) == ["strict-transport-security: max-age=7"])
      origin.alwaysSend(.answer("Strict-Transport-Security: max-age=9", "x"))
      #expect(try await told(setting) == ["strict-transport-security: max-age=9"])
    }
  }

  @Test func `passes on a method that it does not know`() throws {
    try Stage.run { stage in
      let origin = try RawOrigin(stage)
      origin.alwaysSend(.answer("", "found"))
      let edge = try await PlainCache(stage, before: origin)
      let answer = try await stage.exchange(
        edge.address, "M-SEARCH /x HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\nConnection: close\r\n\r\nhi")
      #expect(answer.hasPrefix("HTTP/1.1 200 ") && answer.hasSuffix("found"))
      #expect(origin.heads[0].hasPrefix("M-SEARCH /x HTTP/1.1\r\n"))
    }
  }

  @Test func `says what it lacks`() throws {
    try Stage.run { stage in
      let outcome = try await stage.run("moviesnow-edge", ["check"], environment: ["EDGE_MODE": "cache"])
      #expect(outcome.status == 1 && outcome.output.hasPrefix("EDGE_ORIGIN_URL"))
    }
  }
}
