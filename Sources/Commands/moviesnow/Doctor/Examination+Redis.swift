internal import Loop
internal import Redis

extension Examination {
  /// Whether it answers, and keeps what it has acknowledged: tokens, quotas and playback events live there alone.
  func redis(_ url: RedisURL) async {
    let setting = "REDIS_URL"
    let client = RedisClient(loop: loop, url: url, tls: tls)
    defer { client.close() }
    do throws(RedisError) {
      let start = loop.now
      try await client.send(RedisCommand("PING"), deadline: Self.deadline)
      note(setting, .ok, "answers in \((loop.now - start).wholeMilliseconds) ms")
    } catch { return note(setting, .failed, "\(error). Does it run, are user and password right?") }
    await clock(of: client, setting)
    await scripts(of: client, setting)
    for wish in Self.wishes { await look(at: wish, of: client, setting) }
  }

  private func clock(of client: RedisClient, _ setting: String) async {
    guard let reply = try? await client.send(RedisCommand("TIME"), deadline: Self.deadline),
      let seconds = reply.array?.first?.integer
    else { return note("\(setting) clock", .warning, "it does not say") }
    clock(setting, seconds, otherwise: "daily quotas will end at another time")
  }

  /// Tokens and quotas are counted by scripts, which not every user of a Redis may run.
  private func scripts(of client: RedisClient, _ setting: String) async {
    do throws(RedisError) {
      try await client.send(RedisCommand("EVAL", "return 1", "0"), deadline: Self.deadline)
      note("\(setting) scripts", .ok, "run")
    } catch { note("\(setting) scripts", .failed, "\(error): this user must be allowed EVAL and EVALSHA") }
  }

  private struct Wish {
    let name: String
    let values: Set<String>
    let otherwise: String
  }

  private static let wishes = [
    Wish(
      name: "maxmemory-policy", values: ["noeviction"],
      otherwise: "tokens and sessions may be evicted: set noeviction"),
    Wish(
      name: "appendonly", values: ["yes"],
      otherwise: "what was acknowledged is gone after a crash: set appendonly yes"),
    Wish(
      name: "appendfsync", values: ["always"],
      otherwise: "a crash loses the last second of what was acknowledged: set appendfsync always"),
  ]

  private func look(at wish: Wish, of client: RedisClient, _ setting: String) async {
    let subject = "\(setting) \(wish.name)"
    do throws(RedisError) {
      let reply = try await client.send(RedisCommand("CONFIG", "GET", wish.name), deadline: Self.deadline)
      guard let value = reply.array?.last?.text else { return note(subject, .warning, "it does not say") }
      let isGood = wish.values.contains(value)
      note(subject, isGood ? .ok : .warning, isGood ? value : "\(value): \(wish.otherwise)")
    } catch { note(subject, .warning, "cannot be asked (\(error)): see that it is \(wish.values.sorted()[0])") }
  }
}
