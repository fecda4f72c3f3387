import Glibc
import HTTP
import Support
import Testing

/// SIGHUP, to the real programs.
@Suite struct `A reload of the policies` {
  @Test
  func `serves what a plugin says that was replaced, by rename or in place, on every worker`() throws {
    try Stage.run { stage in
      let plugins = try OwnPlugins(stage)
      let house = try await plugins.deployment(edgeSettings: ["EDGE_WORKERS": "2"])
      #expect(try await house.verdicts() == ["house/fixed 200"])
      plugins.author.compile("house", defines: ["VERDICT=POLICY_DENY"])
      // However often it comes while it is obeyed.
      for _ in 0..<20 { house.edgePrograms[0].send(SIGHUP) }
      try await house.untilVerdict("house/fixed 403")
      plugins.author.compileInPlace("house")
      house.edgePrograms[0].send(SIGHUP)
      try await house.untilVerdict("house/fixed 200")
    }
  }

  @Test
  func `that fails leaves the old ones in force, and one line says of which plugin and why`() throws {
    try Stage.run { stage in
      let plugins = try OwnPlugins(stage)
      let house = try await plugins.deployment()
      let edge = house.edgePrograms[0]
      for (count, broken) in zip(1..., [["MAJOR=2", "MINOR=0"], ["CRASH"], ["NO_ENTRY"]]) {
        plugins.author.compile("house", defines: broken)
        edge.send(SIGHUP)
        try await eventually("it is logged", on: stage.loop) { edge.lines("not reloaded").count == count }
      }
      let reasons = ["it was built for policy.h 2.0", "it crashed with signal 6", "its library exports no"]
      for (line, reason) in zip(edge.lines("not reloaded"), reasons) {
        #expect(line.contains(#"POLICIES_FILE: policy \"house\": "#) && line.contains(reason), "\(line)")
      }
      #expect(try await house.verdicts() == ["house/fixed 200"])
      plugins.author.compile("house", defines: ["VERDICT=POLICY_DENY"])
      edge.send(SIGHUP)
      try await house.untilVerdict("house/fixed 403")
    }
  }

  @Test
  func `follows the settings and the list: other plugins, another order, other settings`() throws {
    try Stage.run { stage in
      let plugins = try OwnPlugins(stage)
      let house = try await plugins.deployment()
      let keys = #"{"name": "art", "path": "\#(Program.folder)/libKeyPrefix.so", "settings": {"allow": ["art/**"]}}"#
      plugins.author.list("[\(keys), \(plugins.house)]")
      house.edgePrograms[0].send(SIGHUP)
      try await house.untilVerdict("art/allowed-keys 403")
      let address = try await house.edgePrograms[0].printed("edge ops listens on ")
      let ops = try Caller(stage, "http://\(address)")
      #expect(try await ops.get("/metrics").text.contains(#"edge_policy_calls_total{role="edge",policy="art""#))
      plugins.author.list("[{]")
      house.edgePrograms[0].send(SIGHUP)
      try await eventually("it is logged", on: stage.loop) {
        house.edgePrograms[0].lines("not reloaded").contains { $0.contains(#""part":"settings""#) }
      }
      #expect(try await house.verdicts() == ["art/allowed-keys 403"])
    }
  }

  @Test
  func `counts at the origin too, for the tokens that it mints`() throws {
    try Stage.run { stage in
      let plugins = try OwnPlugins(stage)
      let house = try await plugins.deployment()
      let editor = try await house.editor()
      func mint() async throws -> UInt16 {
        let wanted = #"{"storage_key": "bundles/sintel/S01.zip"}"#
        return try await house.edge.post("/api/v1/delivery/mint-token", wanted, token: editor).status
      }
      #expect(try await mint() == 200)
      plugins.author.compile("house", defines: ["VERDICT=POLICY_DENY"])
      house.originProgram.send(SIGHUP)
      try await eventually("the origin refuses", on: stage.loop) { (try? await mint()) == 403 }
    }
  }
}

/// A list with one plugin, which allows everything for 7 seconds, until it is compiled anew.
private struct OwnPlugins {
  let author: PluginAuthor
  let house: String
  private let stage: Stage
  private let file: String

  init(_ stage: Stage) throws {
    self.stage = stage
    author = PluginAuthor(folder: try stage.folder().path)
    house = #"{"name": "house", "path": "\#(author.compile("house"))"}"#
    file = author.list("[\(house)]")
  }

  /// An origin and an edge that obey the list.
  func deployment(edgeSettings: [String: String] = [:]) async throws -> Deployment {
    let setting = ["POLICIES_FILE": file]
    let house = try await Deployment(
      on: stage, .init(edgeSettings: setting.merging(edgeSettings) { $1 }, originSettings: setting))
    try await house.objects.put("bundles/sintel/S01.zip", [1])
    return house
  }
}

extension Deployment {
  /// The rules that decide, and the statuses, on many connections: whatever worker they reach.
  fileprivate func verdicts() async throws -> Set<String> {
    var verdicts: Set<String> = []
    for _ in 0..<16 {
      let edge = try await freshCaller()
      let answer = try await issue("bundles/sintel/S01.zip", from: edge)
      verdicts.insert("\(answer["rule"] ?? answer["limited_by"] ?? "") \(answer.status)")
    }
    return verdicts
  }

  fileprivate func untilVerdict(_ verdict: String) async throws {
    try await eventually("every worker says \(verdict)", on: loop) { (try? await verdicts()) == [verdict] }
  }

  private func freshCaller() async throws -> Caller {
    try Caller(stage, "http://" + (try await edgePrograms[0].printed("edge listens on ")))
  }
}

extension Program {
  /// The lines of its output that contain a text.
  func lines(_ text: String) -> [Substring] { output.split(separator: "\n").filter { $0.contains(text) } }
}
