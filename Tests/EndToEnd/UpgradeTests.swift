import FoundationEssentials
import Glibc
import HTTP
import Support
import Testing

/// SIGUSR2, to an edge with nothing but its cache.
@Suite struct `An upgrade` {
  @Test func `leaves the successor what is kept on disk`() throws {
    try Stage.run { stage in
      let origin = try RawOrigin(stage)
      let film = String(repeating: "a large film. ", count: 400_000)
      origin.alwaysSend(.answer("Cache-Control: max-age=600", film))
      let edge = try await PlainCache(
        stage, before: origin, ["EDGE_CACHE_FOLDER": stage.folder().path, "SHUTDOWN_GRACE_SECONDS": "1"])
      let tier = "the disk tier is there"
      try await eventually("the disk is there", on: stage.loop) { edge.program.lines(tier).count == 1 }
      try await eventually("it is kept", on: stage.loop) {
        (try? await edge.caller.get("/film").fields.first(.cacheStatus))?.contains("hit") == true
      }
      let asked = origin.heads.count
      edge.program.send(SIGUSR2)
      #expect(try await edge.program.exit() == 0)
      try await eventually("the successor has the disk", on: stage.loop) { edge.program.lines(tier).count == 2 }
      let answer = try await edge.caller.get("/film")
      #expect(answer.fields.first(.cacheStatus)?.contains("hit") == true)
      #expect(answer.text == film)
      #expect(origin.heads.count == asked)
    }
  }

  @Test func `ends with the service when that is stopped before the successor serves`() throws {
    try Stage.run { stage in
      let folder = try stage.folder().path
      let name = "\(folder)/edge"
      _ = try await stage.shell("ln -s \(Program.folder)/moviesnow-edge \(name)")
      let edge = try stage.start(
        name, ["serve"],
        environment: [
          "EDGE_MODE": "cache", "EDGE_LISTEN": "127.0.0.1:0", "EDGE_ORIGIN_URL": "http://127.0.0.1:9",
          "EDGE_OPS_LISTEN": "off",
        ])
      _ = try await edge.printed("edge listens on ")
      // What has the name by then is what starts: here something that never serves.
      _ = try await stage.shell(
        "printf '#!/bin/sh\\necho never\\nexec sleep 60\\n' >\(name).new; chmod +x \(name).new; mv \(name).new \(name)")
      edge.send(SIGUSR2)
      _ = try await edge.printed("never")
      try await eventually("it is logged", on: stage.loop) { edge.lines("a successor starts").count == 1 }
      let successor = try #require(edge.lines("a successor starts").last?.process)
      edge.send(SIGTERM)
      #expect(try await edge.exit() == 0)
      #expect(edge.lines("\"ending\":\"stopped\"").count == 1)
      try await eventually("the successor is gone", on: stage.loop) { kill(successor, 0) != 0 }
    }
  }
}
