import Glibc
import HTTP
import Support
import Testing

/// Policies that err, and lists that are only tried, at a running edge.
@Suite struct `Plugins under fire` {
  @Test
  func `a shadow is compared on real requests, changes none, and decides once it is activated`() throws {
    try Stage.run { stage in
      let node = try await PolicyStage(stage)
      let denying = node.author.compile("denying", defines: ["VERDICT=POLICY_DENY"])
      let list = "\(node.author.folder)/new.json"
      #expect(unsafe system(#"echo '[{"name": "new", "path": "\#(denying)"}]' > \#(list)"#) == 0)

      #expect(try await node.plugins("shadow", list).status == 0)
      for _ in 0..<5 { #expect(try await node.verdict() == "house/fixed 200") }
      let status = try await node.plugins("status")
      #expect(
        status.output.contains("5 decisions compared, 5 would differ\n    refuses 5 by new/fixed"), "\(status.output)")
      let metrics = try await node.ops.get("/metrics").text
      #expect(metrics.contains(#"edge_policy_shadow_decisions_total{role="edge",differs="true"} 5"# + "\n"))

      #expect(try await node.plugins("activate").status == 0)
      try await node.untilVerdict("new/fixed 403")
      #expect(try await node.plugins("status").output.contains("no shadow"))
      #expect(try await node.plugins("rollback").status == 0)
      try await node.untilVerdict("house/fixed 200")
      #expect(try await node.plugins("rollback").output.contains("There is no list"))
    }
  }

  @Test
  func `a trial ends by rolling back, and survives a start until then`() throws {
    try Stage.run { stage in
      let node = try await PolicyStage(stage)
      #expect(try await node.plugins("activate").output.contains("The node tries no list"))
      #expect(try await node.plugins("shadow", node.list).status == 0)
      try await node.restart()
      #expect(try await node.verdict() == "house/fixed 200")
      #expect(try await node.plugins("status").output.contains("1 decisions compared, 0 would differ"))
      #expect(try await node.plugins("rollback").status == 0)
      #expect(try await node.plugins("status").output.contains("no shadow"))
    }
  }

  @Test
  func `a list that cannot be loaded is refused before the node hears of it`() throws {
    try Stage.run { stage in
      let node = try await PolicyStage(stage)
      let crashing = node.author.compile("crashing", defines: ["CRASH"])
      let list = "\(node.author.folder)/new.json"
      #expect(unsafe system(#"echo '[{"name": "new", "path": "\#(crashing)"}]' > \#(list)"#) == 0)
      let refused = try await node.plugins("shadow", list)
      #expect(refused.status != 0 && refused.output.contains("policy \"new\": it crashed with signal 6"))
      let status = try await node.plugins("status").output
      #expect(status.hasPrefix("epoch 1,") && status.contains("no shadow"), "\(status)")
    }
  }

  @Test
  func `one that errs refuses, until its budget is spent and beyond; one that fails open does not`() throws {
    try Stage.run { stage in
      let node = try await PolicyStage(stage)
      for (open, verdict) in [("0", "erring/failure 403"), ("7", "house/fixed 200")] {
        let erring = node.author.compile("erring", defines: ["VERDICT=POLICY_FAILED", "FAILS_OPEN=\(open)"])
        node.author.list("[\(node.house), {\"name\": \"erring\", \"path\": \"\(erring)\"}]")
        node.edge.send(SIGHUP)
        try await node.untilVerdict(verdict)
        try await eventually("it is no longer asked", on: stage.loop) {
          guard (try? await node.verdict()) == verdict else { return false }
          return (try? await node.plugins("status"))?.output.contains("no longer asked by 1 workers") == true
        }
        #expect(try await node.verdict() == verdict)
        #expect(try await node.plugins("status").output.contains(", 10 failures"))
      }
    }
  }
}

/// An edge with one policy of its own, `house`, which allows everything for 7 seconds.
private struct PolicyStage {
  let author: PluginAuthor
  /// The policy's entry in a list.
  let house: String
  /// What POLICIES_FILE names.
  let list: String
  private let deployment: Deployment
  private let stage: Stage

  init(_ stage: Stage) async throws {
    self.stage = stage
    author = PluginAuthor(folder: try stage.folder().path)
    house = "{\"name\": \"house\", \"path\": \"\(author.compile("house"))\"}"
    list = author.list("[\(house)]")
    deployment = try await Deployment(on: stage, .init(edgeSettings: ["POLICIES_FILE": list]))
    try await deployment.objects.put("bundles/sintel/S01.zip", [1])
  }

  var edge: Program { deployment.edgePrograms[0] }

  private var opsAddress: String { get async throws { try await edge.printed("edge ops listens on ") } }

  var ops: Caller { get async throws { try Caller(stage, "http://\(try await opsAddress)") } }

  /// `moviesnow plugins …`, with the edge's settings.
  func plugins(_ arguments: String...) async throws -> (status: Int64, output: String) {
    let node = ["--config", Deployment.edgeFile, "--ops", try await opsAddress]
    return try await stage.run(
      "moviesnow", ["plugins"] + arguments + node,
      environment: ["POLICIES_FILE": list])
  }

  /// The rule that decides, and the status.
  func verdict() async throws -> String {
    let caller = try Caller(stage, "http://\(try await edge.printed("edge listens on "))")
    let answer = try await deployment.issue("bundles/sintel/S01.zip", from: caller)
    return "\(answer["rule"] ?? answer["limited_by"] ?? "") \(answer.status)"
  }

  func untilVerdict(_ wanted: String) async throws {
    try await eventually("the edge says \(wanted)", on: stage.loop) { (try? await verdict()) == wanted }
  }

  func restart() async throws { _ = try await deployment.restartEdge() }
}
