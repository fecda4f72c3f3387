import Glibc
import Support
import Testing

/// The edge's program with TLS, alone: nothing that it needs for more than its own health is there.
struct SecureEdge {
  let stage: Stage
  let program: Program
  let port: String
  let authority: String

  /// - Parameter certificates: the first one's names are localhost's.
  init(
    _ stage: Stage, _ certificates: [TestCertificate], settings: [String: String] = [:]
  ) async throws {
    self.stage = stage
    authority = certificates[0].authority
    let setting = certificates.map(\.setting).joined(separator: ",")
    let own = ["EDGE_TLS_CERTIFICATES": setting, "EDGE_OPS_LISTEN": "off"]
    program = try Role.edge.start(changing: own.merging(settings) { $1 }, on: stage)
    let address = try await program.printed("edge listens on ")
    port = String(address.split(separator: ":").last ?? "")
  }

  static func one(_ stage: Stage, settings: [String: String] = [:]) async throws -> SecureEdge {
    try await SecureEdge(stage, [.make(for: "localhost")], settings: settings)
  }

  /// What curl prints of /healthz, with `arguments` beside.
  func curl(
    _ arguments: String, host: String = "localhost", trusting other: TestCertificate? = nil
  ) async throws -> String {
    let certificate = "--cacert \(other?.authority ?? authority) --resolve \(host):\(port):127.0.0.1"
    return try await stage.shell("curl -sS \(certificate) \(arguments) https://\(host):\(port)/api/v1/healthz").output
  }

  /// Sends SIGHUP; returns once the certificates are there.
  func reload() async throws {
    program.send(SIGHUP)
    try await eventually("new certificates", on: stage.loop) {
      program.lines("reloaded").contains { $0.contains("certificates") }
    }
  }

  /// What `openssl s_client` prints of a handshake.
  func handshake(_ arguments: String = "") async throws -> String {
    try await stage.shell("timeout 10 openssl s_client -connect 127.0.0.1:\(port) \(arguments)").output
  }

  /// True when the handshake ends well.
  func accepts(_ arguments: String) async throws -> Bool {
    let command = "timeout 10 openssl s_client -connect 127.0.0.1:\(port) \(arguments)"
    return try await stage.shell(command).status == 0
  }
}
