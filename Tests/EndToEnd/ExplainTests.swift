import Support
import Testing

/// `moviesnow explain` and `moviesnow plugins check`, with the plugins that come with the node.
@Suite struct `Policies from the shell` {
  @Test func `explain names the rule that decides, and what each policy says`() throws {
    try Stage.run { stage in
      let allowed = try await stage.explain("bundles/sintel/S01.zip", "--country", "DE", "--ttl", "604800")
      #expect(allowed.status == 0)
      #expect(allowed.lines.contains("country    DE"))
      #expect(allowed.lines.last == "decision   allow for 3600 s, limited by ttl/ttl", "\(allowed)")
      let refused = try await stage.explain("originals/sintel.mov")
      #expect(refused.status == 0)
      #expect(refused.lines.last == "decision   deny: key_not_allowed, by keys/allowed-keys", "\(refused)")
    }
  }

  @Test func `explain decides as at a moment, by the windows that an edge keeps`() throws {
    try Stage.run { stage in
      let folder = try stage.folder().path
      let house = try await Deployment(on: stage, .init(edgeSettings: ["EDGE_STATE_FOLDER": folder]))
      let film = try await house.film()
      let windows =
        #"{"window_start":"2030-01-01T00:00:00Z","window_end":"2030-02-01T00:00:00Z","countries":["DE"],"#
        + #""territory_mode":"INCLUDE"}"#
      try await house.setWindows(of: film, windows)
      try await house.untilIssued(film.key, 403)
      func decision(_ moment: String, _ country: String) async throws -> String {
        let published = "\(folder)/publication.json"
        let explained = try await stage.explain(
          film.key, "--publication", published, "--at", moment, "--country", country)
        return explained.lines.last.map(String.init) ?? ""
      }
      #expect(try await decision("2030-01-10T00:00:00Z", "DE").hasPrefix("decision   allow"))
      #expect(try await decision("2030-01-10T00:00:00Z", "US").hasPrefix("decision   deny"))
      #expect(try await decision("2030-02-01T00:00:00Z", "DE").hasPrefix("decision   deny"))
      #expect(
        try await decision("2030-01-31T23:59:00Z", "DE") == "decision   allow for 60 s, limited by schedule/window-end")
    }
  }

  @Test(arguments: [
    (["--at", "tomorrow"], "ISO 8601 in UTC, such as 2026-01-31T20:00:00Z"),
    (["--country", "Germany"], "two letters of ISO 3166-1"),
    (["--country", "XX"], "XX and ZZ are none"),
    (["--key", ""], "--key must have 1 to 1024 bytes."),
    (["--at", "tomorrow"], "Usage: moviesnow explain --key <key>"),
    (["--key", ""], "Usage: moviesnow explain --key <key>"),
    (["--policies", "/nonexistent.json"], "--policies /nonexistent.json: "),
    (["--publication", "/nonexistent"], "--publication /nonexistent: "),
    (["--folder", "/nonexistent"], "policy \"keys\": "),
  ])
  func `explain says which option is wrong, and how`(_ options: [String], _ words: String) throws {
    try Stage.run { stage in
      let refused = try await stage.explain("bundles/a.zip", options)
      #expect(refused.status != 0 && refused.output.contains(words), "\(refused.output)")
    }
  }

  @Test func `plugins check loads what a node would load`() throws {
    try Stage.run { stage in
      let library = "\(Program.folder)/libGeoSchedule.so"
      let sound = try await stage.run("moviesnow", ["plugins", "check", library])
      #expect(sound.status == 0 && sound.output.hasPrefix("\(library): ok; reads "), "\(sound.output)")
    }
  }

  @Test(arguments: [
    ("{", "it rejects its settings: they are not JSON\n"),
    (#"{"allow": 7}"#, "it rejects its settings: \"allow\" must be an array\n"),
  ])
  func `plugins check says what is wrong with settings`(_ settings: String, _ reason: String) throws {
    try Stage.run { stage in
      let library = "\(Program.folder)/libKeyPrefix.so"
      let refused = try await stage.run("moviesnow", ["plugins", "check", library, "--settings", settings])
      #expect(refused.status == 1 && refused.output.hasSuffix(reason), "\(refused.output)")
    }
  }

  @Test(arguments: BadPlugin.allCases)
  func `plugins check says why a node would refuse it`(_ plugin: BadPlugin) throws {
    try Stage.run { stage in
      let author = PluginAuthor(folder: try stage.folder().path)
      author.compile("ours", defines: plugin.defines)
      let library = "\(author.folder)/\(plugin.path)"
      let refused = try await stage.run(
        "moviesnow", ["plugins", "check", library, "--settings", plugin.settings])
      #expect(refused.status != 0)
      // Before it a crash may print its backtrace.
      #expect(refused.output.hasSuffix("\(plugin.reason)\n"), "\(refused.output)")
    }
  }
}

private struct Explanation {
  let status: Int64
  let output: String

  var lines: [Substring] { output.split(separator: "\n") }
}

extension Stage {
  fileprivate func explain(_ key: String, _ options: String...) async throws -> Explanation {
    try await explain(key, options)
  }

  fileprivate func explain(_ key: String, _ options: [String]) async throws -> Explanation {
    let (status, output) = try await run("moviesnow", ["explain", "--key", key] + options)
    return Explanation(status: status, output: output)
  }
}
