import FoundationEssentials
import Redis
import Support
import Testing

/// `moviesnow doctor` beside a deployment whose parts are there, or are not.
@Suite struct `A doctor` {
  @Test func `finds an origin's parts well`() throws {
    try Stage.run { stage in
      let house = try await Deployment(on: stage)
      let outcome = try await house.doctor("origin")
      #expect(outcome.status == 0, "\(outcome.output)")
      for (subject, detail) in [
        ("PLUGIN_FOLDER", "3 policies load: keys, ttl, schedule"), ("DATABASE_URL", "the schema is up to date"),
        ("DATABASE_URL clock", "within"), ("REDIS_URL clock", "within"), ("open files", "its clients may need"),
        ("REDIS_URL", "answers in"), ("REDIS_URL appendfsync", "always"),
        ("AWS_BUCKET_NAME", "we may write, read and remove"), ("AWS_S3_ENDPOINT_URL clock", "within"),
      ] {
        #expect(outcome.says("ok", subject, detail), "\(outcome.output)")
      }
      #expect(outcome.says("warning", "SMTP_URL", "mail waits in the outbox"))
    }
  }

  @Test func `finds an edge's parts well, and tells it to programs too`() throws {
    try Stage.run { stage in
      let house = try await Deployment(on: stage)
      let outcome = try await house.doctor("edge", ["--json"])
      #expect(outcome.status == 0, "\(outcome.output)")
      let findings = try JSONDecoder().decode([Found].self, from: Data(outcome.output.utf8))
      #expect(findings.contains { $0.subject == "EDGE_ORIGIN_URL" && $0.state == "ok" })
      #expect(findings.contains { $0.subject == "EDGE_ORIGIN_URL clock" && $0.state == "ok" })
      #expect(findings.contains { $0.subject == "EDGE_IDENTITY_KEYS" && $0.state == "ok" })
      #expect(findings.contains { $0.subject == "REDIS_URL clock" && $0.state == "ok" })
      #expect(!findings.contains { $0.state == "failed" })
    }
  }

  @Test func `names each part that is away, and what to do`() throws {
    try Stage.run { stage in
      let house = try await Deployment(on: stage)
      await house.redis.kill()
      await house.originProgram.kill()
      let outcome = try await house.doctor("edge")
      #expect(outcome.status == 1)
      #expect(outcome.says("failed", "REDIS_URL", "no connection"), "\(outcome.output)")
      #expect(outcome.says("failed", "EDGE_ORIGIN_URL", "Does it run"), "\(outcome.output)")
      #expect(outcome.says("ok", "AWS_BUCKET_NAME", "we may ask for objects"), "one that is away hides no other")
    }
  }

  @Test func `tells a wrong key, a schema that is not there, and a mail server that is away`() throws {
    try Stage.run { stage in
      let house = try await Deployment(on: stage)
      let outcome = try await house.doctor(
        "origin",
        changing: [
          "AWS_SECRET_ACCESS_KEY": "another", "DATABASE_URL": PostgresServer.shared.makeDatabase(),
          "SMTP_URL": "smtp://127.0.0.1:\(FreePort.one())",
        ])
      #expect(outcome.status == 1)
      #expect(outcome.says("failed", "AWS_BUCKET_NAME", "AWS_SECRET_ACCESS_KEY"), "\(outcome.output)")
      #expect(outcome.says("failed", "DATABASE_URL", "run moviesnow migrate --config"), "\(outcome.output)")
      #expect(outcome.says("failed", "SMTP_URL", "connect"), "\(outcome.output)")
      #expect(!outcome.output.contains("another"))
    }
  }

  @Test func `tells that the origin knows the edge by another key, that there is no such bucket, and no collector`()
    throws
  {
    try Stage.run { stage in
      let house = try await Deployment(on: stage)
      let outcome = try await house.doctor(
        "edge",
        changing: [
          "EDGE_IDENTITY_KEYS": "edge:\(String(repeating: "k", count: 32))", "AWS_BUCKET_NAME": "no-such-bucket",
          "OTEL_EXPORTER_OTLP_ENDPOINT": "http://127.0.0.1:\(FreePort.one())",
        ])
      #expect(outcome.status == 1)
      #expect(outcome.says("ok", "EDGE_ORIGIN_URL", "answers 200"), "\(outcome.output)")
      #expect(outcome.says("failed", "EDGE_IDENTITY_KEYS", "the same on both?"), "\(outcome.output)")
      #expect(outcome.says("failed", "AWS_BUCKET_NAME", "there is no such bucket"), "\(outcome.output)")
      #expect(outcome.says("warning", "OTEL_EXPORTER_OTLP_ENDPOINT", "Does it run"), "\(outcome.output)")
    }
  }

  @Test func `counts the days that certificates are still good for`() throws {
    try Stage.run { stage in
      let house = try await Deployment(on: stage)
      let (young, old) = (try TestCertificate.make(for: "a.test", days: 90), try TestCertificate.make(for: "b.test"))
      let outcome = try await house.doctor(
        "edge", changing: ["EDGE_TLS_CERTIFICATES": "\(young.setting),\(old.setting)"])
      #expect(
        outcome.says("ok", "EDGE_TLS_CERTIFICATES", "\(young.authority) is good for 89 days")
          || outcome.says("ok", "EDGE_TLS_CERTIFICATES", "\(young.authority) is good for 90 days"), "\(outcome.output)")
      #expect(outcome.says("warning", "EDGE_TLS_CERTIFICATES", " days: renew it"), "\(outcome.output)")
      #expect(outcome.status == 0)
    }
  }

  @Test func `counts the days of an https origin's certificate too`() throws {
    try Stage.run { stage in
      let house = try await Deployment(on: stage)
      let origin = try await SecureEdge.one(stage)
      let outcome = try await house.doctor(
        "edge",
        changing: ["EDGE_ORIGIN_URL": "https://localhost:\(origin.port)", "SSL_CERT_FILE": origin.authority])
      #expect(outcome.says("warning", "EDGE_ORIGIN_URL certificate", " days: renew it there"), "\(outcome.output)")
    }
  }

  @Test func `tells that the clients who are wanted take more files than the system allows`() throws {
    try Stage.run { stage in
      let house = try await Deployment(on: stage)
      let outcome = try await house.doctor("edge", changing: ["EDGE_MAX_CONNECTIONS": "10000000"])
      #expect(
        outcome.says("warning", "open files", "EDGE_MAX_CONNECTIONS: 10000000 may need 10001024: raise it"),
        "\(outcome.output)")
    }
  }

  @Test func `tells that the disk has too little room for the cache, and that Redis lets us run no scripts`() throws {
    try Stage.run { stage in
      let house = try await Deployment(on: stage)
      try await house.keys.send("ACL", "SETUSER", "weak", "on", ">word", "~*", "+@all", "-@scripting")
      let outcome = try await house.doctor(
        "edge",
        changing: [
          "REDIS_URL": "\(house.redis.url)?user=weak&password=word", "EDGE_CACHE_DISK_BYTES": "\(1 << 50)",
          "EDGE_CACHE_FOLDER": try stage.folder().path,
        ])
      #expect(outcome.says("failed", "REDIS_URL scripts", "EVALSHA"), "\(outcome.output)")
      #expect(outcome.says("warning", "EDGE_CACHE_FOLDER", "EDGE_CACHE_DISK_BYTES"), "\(outcome.output)")
      let roomy = try await house.doctor(
        "edge", changing: ["EDGE_CACHE_DISK_BYTES": "\(64 << 20)", "EDGE_CACHE_FOLDER": try stage.folder().path])
      #expect(roomy.says("ok", "EDGE_CACHE_FOLDER", "has room for"), "\(roomy.output)")
      #expect(roomy.says("ok", "REDIS_URL scripts", "run"), "\(roomy.output)")
    }
  }

  private struct Found: Decodable {
    let subject: String
    let state: String
    let detail: String
  }
}

private struct Diagnosis {
  let status: Int64
  let output: String

  func says(_ state: String, _ subject: String, _ detail: String) -> Bool {
    output.split(separator: "\n").contains { line in
      line.hasPrefix("\(state) ") && line.contains(" \(subject) ") && line.contains(detail)
    }
  }
}

extension Deployment {
  fileprivate func doctor(
    _ role: String, _ options: [String] = [], changing changes: [String: String] = [:]
  ) async throws -> Diagnosis {
    let program = role == "edge" ? edgePrograms[0] : originProgram
    let file = role == "edge" ? Self.edgeFile : Self.originFile
    let outcome = try await stage.run(
      "moviesnow", ["doctor", role, "--config", file] + options,
      environment: program.environment.merging(changes) { $1 })
    return Diagnosis(status: outcome.status, output: outcome.output)
  }
}
