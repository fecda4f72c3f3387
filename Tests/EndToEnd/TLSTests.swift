import Glibc
import Support
import Testing

/// The edge's listener with certificates, as curl and openssl see it.
@Suite struct `TLS at the edge` {
  @Test(arguments: ["--tlsv1.3", "--tlsv1.2 --tls-max 1.2"])
  func `serves curl by either version, and tells it to stay with TLS`(_ version: String) throws {
    try Stage.run { stage in
      let edge = try await SecureEdge.one(stage)
      let answer = try await edge.curl("\(version) -D - -w 'verified %{ssl_verify_result}'")
      #expect(answer.hasPrefix("HTTP/") && answer.contains(" 200"), "\(answer)")
      #expect(answer.contains("strict-transport-security: max-age=31536000; includeSubDomains; preload"))
      #expect(answer.hasSuffix("verified 0"))
    }
  }

  @Test func `chooses the certificate by the name asked for, a wildcard's for one label, else the first`() throws {
    try Stage.run { stage in
      let edge = try await SecureEdge(
        stage,
        [
          .make(for: "localhost"), .make(for: "films.test", "*.films.test", "vo*.music.test"),
          .make(for: "music.test", "localhost", key: "rsa:2048"),
        ])
      let expected = [
        "films.test": "films.test", "a.films.test": "films.test", "a.b.films.test": "localhost",
        "music.test": "music.test", "other.test": "localhost", "voices.music.test": "localhost",
        "localhost": "localhost",
      ]
      for (asked, given) in expected {
        let text = try await edge.handshake("-servername \(asked)")
        #expect(text.contains("subject=CN = \(given)\n"), "\(asked): \(text)")
      }
      #expect(try await edge.handshake("-noservername").contains("subject=CN = localhost\n"))
    }
  }

  @Test func `speaks the suites of Mozilla's intermediate profile, and no other`() throws {
    try Stage.run { stage in
      let edge = try await SecureEdge(stage, [.make(for: "localhost"), .make(for: "rsa.test", key: "rsa:2048")])
      let list = try await stage.shell("openssl ciphers -s -tls1_2 'ALL:eNULL:@SECLEVEL=0'").output
      var spoken: Set<String> = []
      for suite in list.split(whereSeparator: { ":\n".contains($0) }) {
        for name in ["localhost", "rsa.test"] {
          let arguments = "-servername \(name) -tls1_2 -cipher \(suite):@SECLEVEL=0"
          if try await edge.accepts(arguments) { spoken.insert(String(suite)) }
        }
      }
      let strong = ["AES128-GCM-SHA256", "AES256-GCM-SHA384", "CHACHA20-POLY1305"]
      #expect(spoken == Set(strong.flatMap { ["ECDHE-ECDSA-\($0)", "ECDHE-RSA-\($0)"] }))
    }
  }

  @Test func `refuses what is old: versions, groups, renegotiation, compression, early data`() throws {
    try Stage.run { stage in
      let edge = try await SecureEdge.one(stage)
      for version in ["-tls1", "-tls1_1"] {
        #expect(try await !edge.accepts("\(version) -cipher ALL:@SECLEVEL=0"), "\(version)")
      }
      for group in ["X25519", "P-256", "P-384"] { #expect(try await edge.accepts("-groups \(group)"), "\(group)") }
      for group in ["P-521", "X448", "ffdhe2048"] { #expect(try await !edge.accepts("-groups \(group)"), "\(group)") }
      let old = try await edge.handshake("-tls1_2")
      #expect(old.contains("Compression: NONE"))
      let command = "(echo R; sleep 1) | timeout 10 openssl s_client -connect 127.0.0.1:\(edge.port) -tls1_2"
      #expect(try await stage.shell(command).output.contains("no renegotiation"))
      // In TLS 1.3 tickets follow the handshake, so the client stays for a moment.
      let ticket = "\(try stage.folder().path)/ticket"
      let first = "sleep 1 | timeout 10 openssl s_client -connect 127.0.0.1:\(edge.port) -sess_out \(ticket)"
      #expect(try await stage.shell(first).output.contains("Max Early Data: 0"))
      let early = try await edge.handshake("-sess_in \(ticket) -early_data \(edge.authority)")
      #expect(early.contains("Early data was not sent"))
    }
  }

  @Test func `agrees on HTTP/2 or 1.1 by ALPN, and refuses whoever offers only what it does not speak`() throws {
    try Stage.run { stage in
      let edge = try await SecureEdge.one(stage)
      for (wanted, spoken) in [("--http2", "2"), ("--http1.1", "1.1")] {
        #expect(try await edge.curl("\(wanted) -o /dev/null -w '%{http_code} %{http_version}'") == "200 \(spoken)")
      }
      #expect(try await edge.handshake("-alpn smtp,http/1.1").contains("ALPN protocol: http/1.1"))
      // Our choice, not the client's.
      #expect(try await edge.handshake("-alpn http/1.1,h2").contains("ALPN protocol: h2\n"))
      #expect(try await !edge.accepts("-alpn smtp"))
    }
  }

  @Test func `says to whoever has agreed on HTTP/2 and speaks another in HTTP/2 that this is wrong, RFC 9113 §3.4`()
    throws
  {
    try Stage.run { stage in
      let edge = try await SecureEdge.one(stage)
      let client = "timeout 10 openssl s_client -quiet -alpn h2 -connect 127.0.0.1:\(edge.port) 2>/dev/null"
      let request = "printf 'GET / HTTP/1.1\\r\\nHost: localhost\\r\\n\\r\\n'"
      let answer = try await stage.shell("\(request) | \(client) | od -An -v -tx1 | tr -d ' \\n'").output
      // GOAWAY with PROTOCOL_ERROR is the last frame.
      #expect(answer.hasSuffix("0000080700000000000000000000000001"), "\(answer)")
    }
  }

  @Test func `is the origin's too, by the same settings`() throws {
    try Stage.run { stage in
      let certificate = try TestCertificate.make(for: "localhost")
      let database = PostgresServer.shared.makeDatabase()
      let settings = [
        "DATABASE_URL": database, "ORIGIN_OPS_LISTEN": "off", "ORIGIN_TLS_CERTIFICATES": certificate.setting,
        "REDIS_URL": try await stage.redis().url,
      ]
      #expect(try await stage.run("moviesnow", ["migrate"], environment: settings).status == 0)
      let origin = try Role.origin.start(changing: settings, on: stage)
      let port = try await origin.printed("origin listens on ").split(separator: ":").last ?? ""
      let url = "https://localhost:\(port)/api/v1/healthz"
      let answer = try await stage.shell("curl -sS -i --cacert \(certificate.authority) \(url)")
      #expect(answer.status == 0 && answer.output.contains("strict-transport-security: "), "\(answer)")
    }
  }

  @Test func `staples what the authority says of the certificate, to whoever asks`() throws {
    try Stage.run { stage in
      let edge = try await SecureEdge(stage, [.make(for: "localhost").stapled()])
      #expect(try await edge.handshake("-status").contains("OCSP Response Status: successful"))
      #expect(try await edge.handshake().contains("OCSP") == false)
    }
  }

  @Test func `answers a plain request on its port with 400, and one on the redirect's with 308`() throws {
    try Stage.run { stage in
      let edge = try await SecureEdge.one(stage, settings: ["EDGE_REDIRECT_LISTEN": "127.0.0.1:0"])
      let plain = try await stage.shell("curl -sS -i -X DELETE http://127.0.0.1:\(edge.port)/").output
      #expect(plain.hasPrefix("HTTP/1.1 400 ") && plain.contains("speaks TLS: use https"), "\(plain)")
      let from = try await edge.program.printed("edge redirects from ")
      let answer = try await stage.shell("curl -sS -i -X POST 'http://\(from)/a?b=c' -H 'Host: localhost'").output
      #expect(answer.hasPrefix("HTTP/1.1 308 "), "\(answer)")
      #expect(answer.contains("location: https://localhost:\(edge.port)/a?b=c\r\n"))
      #expect(!answer.contains("strict-transport-security"))
      let foreign = try await stage.shell("curl -sS -i http://\(from)/ -H 'Host: evil.test'").output
      #expect(foreign.hasPrefix("HTTP/1.1 400 "), "\(foreign)")
    }
  }
}
