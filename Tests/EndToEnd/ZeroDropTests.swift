import FoundationEssentials
import Glibc
import Loop
import Support
import Testing

/// What an operator changes at an edge that many are using: no request is refused, cut or answered wrongly for it.
@Suite struct `While many ask, nothing is dropped` {
  @Test func `over a hundred reloads with other policies and certificates, and a hundred new binaries`() throws {
    try Stage.run { stage in
      let edge = try await BusyEdge(stage)
      let load = try SteadyLoad(stage, port: edge.port, trusting: edge.authorities, clients: 16, multiplexing: 4)
      for round in 1...BusyEdge.rounds {
        try await edge.reload(round)
        try await edge.upgrade(round)
      }
      try await load.end()
      print(
        "\(BusyEdge.rounds) reloads, plugin swaps, certificate swaps and upgrades each: "
          + "\(load.failures.count) failed of \(load.answers) requests, \(load.answersOnStreams) of them by HTTP/2")
      #expect(load.failures == [])
      #expect(load.answers > BusyEdge.rounds * 16 && load.answersOnStreams > BusyEdge.rounds * 4)
    }
  }

  @Test func `a successor that cannot serve leaves the old one at work, and the log says so`() throws {
    try Stage.run { stage in
      let edge = try await BusyEdge(stage)
      edge.author.compile("house", defines: ["MAJOR=2", "MINOR=0"])
      let load = try SteadyLoad(stage, port: edge.port, trusting: edge.authorities, clients: 4, multiplexing: 1)
      edge.program.send(SIGUSR2)
      try await eventually("it is told", on: stage.loop) {
        edge.program.lines("the successor has ended; this process goes on").count == 1
      }
      #expect(edge.program.output.contains("POLICIES_FILE: policy \"house\": it was built for policy.h 2.0"))
      let before = load.answers
      try await eventually("the old one answers", on: stage.loop) { load.answers > before + 10 }
      edge.author.compile("house")
      try await edge.upgrade(1)
      try await load.end()
      #expect(load.failures == [])
    }
  }
}

/// An edge of two workers, with TLS and a policy of its own before an origin that takes a moment.
private final class BusyEdge {
  static let rounds = 100

  let program: Program
  let author: PluginAuthor
  let port: UInt16
  /// A file with the authorities of both certificates.
  let authorities: String
  private let stage: Stage
  private let folder: String
  private let certificates: [TestCertificate]
  /// Of the process that serves.
  private var pid: Int32

  init(_ stage: Stage) async throws {
    self.stage = stage
    folder = try stage.folder().path
    author = PluginAuthor(folder: folder)
    certificates = [try .make(for: "localhost"), try .make(for: "localhost")]
    authorities = "\(folder)/authorities.pem"
    _ = try await stage.shell("cat \(certificates[0].authority) \(certificates[1].authority) > \(authorities)")
    let list = author.list("[{\"name\": \"house\", \"path\": \"\(author.compile("house"))\"}]")
    let origin = try RawOrigin(stage)
    origin.answer = { head, line in
      let path = head.split(separator: " ")[1]
      _ = stage.loop.timer(after: .milliseconds(3)) { line.send(.answer("Cache-Control: no-store", String(path))) }
    }
    program = try Role.edge.start(
      changing: [
        "EDGE_LISTEN": "127.0.0.1:0", "EDGE_OPS_LISTEN": "off", "EDGE_WORKERS": "2", "EDGE_ORIGIN_URL": origin.url,
        "EDGE_TLS_CERTIFICATES": try certificates[0].link(into: folder), "POLICIES_FILE": list,
        "EDGE_CLIENT_REQUESTS": "0", "SHUTDOWN_GRACE_SECONDS": "5",
      ], on: stage)
    let address = try await program.printed("edge listens on ")
    port = Endpoint(listening: address)?.port ?? 0
    pid = program.pid
  }

  /// Another policy, in a file of the same name, and the other certificate.
  func reload(_ round: Int) async throws {
    author.compile("house", defines: ["MAXIMUM=\(round)"])
    _ = try certificates[round % 2].link(into: folder)
    kill(pid, SIGHUP)
    try await eventually("reload \(round)", on: stage.loop) { program.lines("\"reloaded\"").count == 2 * round }
  }

  /// Returns once the old process has gone.
  func upgrade(_ round: Int) async throws {
    let old = pid
    kill(old, SIGUSR2)
    try await eventually("upgrade \(round)", on: stage.loop, within: .seconds(20)) {
      program.lines("\"stopped\"").count == round
    }
    pid = try #require(program.lines("a successor starts").last?.process)
  }
}

extension Substring {
  /// Of a line in the log.
  var process: Int32? {
    guard let field = firstRange(of: "\"process\":\"") else { return nil }
    return Int32(self[field.upperBound...].prefix { $0.isNumber })
  }
}
