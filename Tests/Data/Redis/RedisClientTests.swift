import Loop
import Observability
import Redis
import Support
import TLS
import Testing

/// Against a real redis-server.
@Suite struct `Redis client` {
  @Test func `commands are answered, each with its own reply`() throws {
    try withRedis { loop, _, redis in
      #expect(try await redis.send("SET", "film", [0, 1, 255] as [UInt8], "EX", 60) == .status("OK"))
      #expect(try await redis.send("GET", "film").bytes == [0, 1, 255])
      #expect(try await redis.send("GET", "nothing").isNull)
      #expect(try await redis.send("INCRBY", "count", 41).integer == 41)
      var replies: [Int64] = []
      var left = 500
      for number in 0..<500 {
        loop.start {
          if let reply = try? await redis.send("ECHO", number) {
            replies.append(reply.integer == Int64(number) ? 1 : 0)
          }
          left -= 1
        }
      }
      try await eventually("500 replies", on: loop) { left == 0 }
      #expect(replies == [Int64](repeating: 1, count: 500))
    }
  }

  @Test func `rediss:// speaks TLS, believes only what is vouched for, and signs in`() throws {
    let files = try TestCertificate.make(for: "localhost").certificate
    let port = FreePort.one()
    let options = [
      "--tls-port", "\(port)", "--tls-cert-file", files.chain, "--tls-key-file", files.key, "--tls-auth-clients", "no",
      "--requirepass", "open sesame", "--user", "films", "on", ">other", "~*", "+@all",
    ]
    let loop = EventLoop()
    try loop.run { () async throws -> Void in
      try await PrivateRedis.run(on: loop, options: options) { _ in
        for (credentials, caFile, signsIn) in [
          (":open%20sesame", files.chain, true), ("films:other", files.chain, true), (":wrong", files.chain, false),
          (":open%20sesame", nil, false),
        ] {
          let url = try RedisURL("rediss://\(credentials)@localhost:\(port)/0")
          let redis = RedisClient(loop: loop, url: url, tls: try .client(caFile: caFile))
          let reply = try? await redis.send("PING")
          #expect((reply?.text == "PONG") == signsIn, "\(credentials)")
          redis.close()
        }
      }
    }
    #expect(loop.handlesLeftOpen == 0)
  }

  @Test func `an error reply is thrown with its code`() throws {
    try withRedis { _, _, redis in
      try await redis.send("SET", "text", "x")
      let error = await #expect(throws: RedisError.self) { try await redis.send("LPUSH", "text", "y") }
      guard case .refused(let refusal) = error else {
        Issue.record("\(String(describing: error))")
        return
      }
      #expect(refusal.code == "WRONGTYPE")
      #expect(error?.isRetryable == false && error?.fault == .ours)
    }
  }

  @Test func `a script is taught once, and again after the server forgot it`() throws {
    try withRedis { _, _, redis in
      let script = RedisScript("return {KEYS[1], ARGV[1], redis.call('INCR', KEYS[1])}")
      #expect(try await redis.run(ScriptCall(script, keys: ["k"], arguments: ["a"])).array?.last == .integer(1))
      try await redis.send("SCRIPT", "FLUSH")
      #expect(
        try await redis.run(ScriptCall(script, keys: ["k"], arguments: [7])).array == [
          .bytes(Array("k".utf8)), .bytes(Array("7".utf8)), .integer(2),
        ])
      #expect(try await redis.run(ScriptCall(script, keys: ["k"], arguments: ["a"])).array?.last == .integer(3))
    }
  }

  @Test func `each command is timed by its first word, failures and returns are counted`() throws {
    try withRedis { loop, server, _ in
      let metrics = Metrics()
      var settings = RedisSettings()
      settings.connections = 1
      let redis = RedisClient(loop: loop, url: try RedisURL(server.url), settings: settings, metrics)
      defer { redis.close() }
      try await redis.send("SET", "text", "x")
      for _ in 0..<2 { try await redis.send("GET", "text") }
      _ = try? await redis.send("GETRANGE", "text")
      func count(_ name: String, _ labels: String) -> Int? {
        let start = "\(name){\(labels)"
        let line = metrics.snapshot.prometheusText.split(separator: "\n").first { $0.hasPrefix(start) }
        return line.flatMap { Int($0.split(separator: " ").last ?? "") }
      }
      let timed = "db_client_operation_duration_seconds_count"
      let place = "server_address=\"\(try RedisURL(server.url).endpoint.address)\""
      #expect(count(timed, #"db_system_name="redis",db_operation_name="GET",\#(place)} "#) == 2)
      #expect(count(timed, #"db_system_name="redis",db_operation_name="SET",\#(place)} "#) == 1)
      #expect(
        count(timed, #"db_system_name="redis",db_operation_name="GETRANGE",\#(place),error_type="refused"} "#) == 1)
      #expect(count("redis_failures_total", #"\#(place),error_type="refused"} "#) == 1)
      #expect(count("redis_reconnects_total", place) == 0)
      await server.kill()
      try await eventually("the loss is noticed", on: loop) { !redis.isConnected }
      _ = try? await redis.send("GET", "text")
      #expect(count("redis_failures_total", #"\#(place),error_type="unavailable"} "#) == 1)
      try await server.start()
      try await eventually("the connection is back", on: loop) { redis.isConnected }
      #expect(count("redis_reconnects_total", place) == 1)
    }
  }

  @Test func `it comes back after kill -9, and tells meanwhile that nothing was sent`() throws {
    try withRedis { loop, server, redis in
      try await redis.send("SET", "kept", "yes")
      await server.kill()
      try await eventually("the loss is noticed", on: loop) { !redis.isConnected }
      let error = await #expect(throws: RedisError.self) { try await redis.send("GET", "kept") }
      #expect(error?.isRetryable == true && error?.mayHaveRun == false && error?.fault == .network)
      try await server.start()
      try await eventually("the connection is back", on: loop) { redis.isConnected }
      #expect(try await redis.send("GET", "kept").text == "yes")
    }
  }

  @Test func `a command in flight when the server dies is lost, and says that it may have run`() throws {
    try withRedis { loop, server, redis in
      try await redis.send("PING")
      var outcome: RedisError?
      loop.start {
        do throws(RedisError) { try await redis.send(RedisCommand("BLPOP", "empty", 0), deadline: .seconds(30)) } catch
        { outcome = error }
      }
      try await eventually("BLPOP waits", on: loop) {
        (try? await redis.send("INFO", "clients").text?.contains("blocked_clients:1")) == true
      }
      await server.kill()
      try await eventually("the loss is told", on: loop) { outcome != nil }
      #expect(outcome == .connectionLost)
      #expect(outcome?.mayHaveRun == true)
    }
  }

  @Test func `a server that has stopped answering is given up at the deadline and found again`() throws {
    var settings = RedisSettings()
    settings.connections = 1
    try withRedis(settings) { loop, server, redis in
      try await redis.send("PING")
      server.freeze()
      let started = loop.now
      let error = await #expect(throws: RedisError.self) {
        try await redis.send(RedisCommand("GET", "x"), deadline: .milliseconds(200))
      }
      #expect(error == .timedOut(wasSent: true))
      #expect(loop.now - started < .seconds(2))
      server.thaw()
      try await eventually("the connection is back", on: loop) { (try? await redis.send("PING")) == .status("PONG") }
    }
  }

  @Test func `more commands than the queue holds are refused at once`() throws {
    var settings = RedisSettings()
    settings.connections = 1
    settings.queuedCommands = 10
    try withRedis(settings) { loop, server, redis in
      try await redis.send("PING")
      server.freeze()
      var overloaded = 0
      for _ in 0..<15 {
        loop.start {
          do throws(RedisError) { try await redis.send("PING") } catch { if error == .overloaded { overloaded += 1 } }
        }
      }
      try await eventually("five are refused", on: loop, within: .seconds(1)) { overloaded == 5 }
      server.thaw()
    }
  }

  @Test func `an entry of a stream is read by its group, acknowledged, and claimed from a dead consumer`() throws {
    try withRedis { _, server, redis in
      try await redis.makeGroup("origin", on: "events")
      try await redis.makeGroup("origin", on: "events")
      let id = try await redis.append(
        to: "events", keeping: 1000, [("kind", Array("pause".utf8)), ("at", Array("7".utf8))])
      let read = try await redis.read("events", group: "origin", consumer: "one", patience: .milliseconds(10))
      #expect(read.map(\.id) == [id])
      #expect(read.first?.first("kind") == Array("pause".utf8))
      let claimed = try await redis.claim("events", group: "origin", consumer: "two", idle: .zero)
      #expect(claimed.map(\.id) == [id] || claimed.isEmpty)
      try await redis.send("XACK", "events", "origin", id)
      #expect(
        try await redis.read("events", group: "origin", consumer: "two", after: "0", patience: .milliseconds(10))
          .isEmpty)
      #expect(try await redis.read("events", after: "0", patience: .milliseconds(10)).map(\.id) == [id])
    }
  }

  @Test func `nobody listening fails at once after the first attempt`() throws {
    let loop = EventLoop()
    try loop.run { () async throws -> Void in
      let redis = RedisClient(loop: loop, url: try RedisURL("unix:///nonexistent/redis.sock"))
      defer { redis.close() }
      let error = await #expect(throws: RedisError.self) { try await redis.send("PING") }
      guard case .unavailable = error else {
        Issue.record("\(String(describing: error))")
        return
      }
    }
    #expect(loop.handlesLeftOpen == 0)
  }

  @Test func `a reply lost on the way is told as such, and the next command goes through`() throws {
    try withRedis { loop, server, direct in
      let relay = try Relay(to: .unix(path: server.socket), on: loop)
      defer { relay.close() }
      let redis = RedisClient(loop: loop, url: try RedisURL("redis://127.0.0.1:\(relay.port)/0"))
      defer { redis.close() }
      try await redis.send("PING")
      relay.losesNextReply = true
      let error = await #expect(throws: RedisError.self) { try await redis.send("INCR", "once") }
      #expect(error == .connectionLost)
      #expect(try await redis.send("GET", "once").text == "1")
    }
  }

  private func withRedis(
    _ settings: RedisSettings = RedisSettings(),
    _ body: @escaping (EventLoop, PrivateRedis, RedisClient) async throws -> Void
  ) throws {
    let loop = EventLoop()
    try loop.run {
      try await PrivateRedis.run(on: loop) { server in
        let redis = RedisClient(loop: loop, url: try RedisURL(server.url), settings: settings)
        defer { redis.close() }
        try await body(loop, server, redis)
      }
    }
    #expect(loop.handlesLeftOpen == 0)
  }
}
