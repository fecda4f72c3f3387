import FoundationEssentials
import Glibc
import HTTPClient
import Loop
import Support
import Testing

/// What systemd hears from a service and gives to it, by its two protocols: sd_notify(3) and sd_listen_fds(3).
@Suite struct `A supervised service` {
  @Test(arguments: Role.all)
  func `says when it serves, reloads and stops, and all the time that it is well`(_ role: Role) throws {
    try Stage.run { stage in
      let systemd = try Supervision(stage)
      let house = try await Deployment(on: stage, systemd.plan(for: role))
      let program = role.name == "edge" ? house.edgePrograms[0] : house.originProgram
      try await systemd.hears("READY=1\nMAINPID=\(program.pid)")
      try await systemd.hears("WATCHDOG=1", times: 5)
      program.send(SIGHUP)
      try await systemd.hears("RELOADING=1\nMONOTONIC_USEC=")
      try await systemd.hears("READY=1")
      program.send(SIGTERM)
      try await systemd.hears("STOPPING=1")
      #expect(try await program.exit() == 0)
    }
  }

  @Test(arguments: Role.all)
  func `is another process after an upgrade, and does not stop for it`(_ role: Role) throws {
    try Stage.run { stage in
      let systemd = try Supervision(stage)
      let house = try await Deployment(on: stage, systemd.plan(for: role))
      let (program, caller) =
        role.name == "edge" ? (house.edgePrograms[0], house.edge) : (house.originProgram, house.origin)
      #expect(try await caller.get("/healthz").status == 200)
      program.send(SIGUSR2)
      #expect(try await program.exit() == 0)
      let successor = try #require(program.lines("a successor starts").first?.process)
      try await systemd.hears("READY=1\nMAINPID=\(successor)")
      try await systemd.hears("WATCHDOG=1", times: 5)
      #expect(!systemd.messages.contains("STOPPING=1"))
      #expect(try await caller.get("/healthz").status == 200)
    }
  }

  @Test func `that hangs in one of its workers is silent`() throws {
    try Stage.run { stage in
      let systemd = try Supervision(stage)
      let author = PluginAuthor(folder: try stage.folder().path)
      let list = author.list("[{\"name\": \"stuck\", \"path\": \"\(author.compile("stuck", defines: ["HANG"]))\"}]")
      var plan = systemd.plan(for: .edge)
      plan.edgeSettings.merge(["POLICIES_FILE": list, "EDGE_WORKERS": "2"]) { $1 }
      let house = try await Deployment(on: stage, plan)
      try await systemd.hears("WATCHDOG=1")
      stage.loop.start { _ = try? await house.issue("bundles/hang.zip") }
      try await eventually("half a second passes without a word", on: stage.loop) {
        systemd.silence > .milliseconds(500)
      }
    }
  }

  @Test func `serves who came before it did, on the socket that it is given`() throws {
    try Stage.run { stage in
      let given = try GivenSocket(stage, named: "EDGE_LISTEN")
      let early = try await stage.call("\(given.socket.endpoint)", "GET / HTTP/1.1\r\nHost: localhost\r\n\r\n")
      let edge = try given.start(["EDGE_LISTEN": "\(given.socket.endpoint)", "EDGE_WORKERS": "2"])
      #expect(try await edge.printed("edge listens on ") == "\(given.socket.endpoint)")
      try await eventually("the early one has its answer", on: stage.loop) { early.received.contains(" 502 ") }
      // Whichever worker accepts.
      for _ in 0..<8 {
        #expect(try await Caller(stage, "http://\(given.socket.endpoint)").get("/").status == 502)
      }
    }
  }

  @Test func `takes a socket without a name for what listens at its address`() throws {
    try Stage.run { stage in
      let given = try GivenSocket(stage, named: nil)
      let edge = try given.start(["EDGE_LISTEN": "\(given.socket.endpoint)"])
      #expect(try await edge.printed("edge listens on ") == "\(given.socket.endpoint)")
      #expect(try await Caller(stage, "http://\(given.socket.endpoint)").get("/").status == 502)
    }
  }

  @Test func `refuses a socket that is elsewhere, or that no setting wants`() throws {
    try Stage.run { stage in
      let given = try GivenSocket(stage, named: "EDGE_LISTEN")
      let elsewhere = try given.start(["EDGE_LISTEN": "127.0.0.1:9"])
      #expect(try await elsewhere.exit() == 1)
      #expect(
        elsewhere.output.contains(
          "EDGE_LISTEN: 127.0.0.1:9 is set, but the socket that this process was given listens on "
            + "\(given.socket.endpoint)."))
      let unnamed = try GivenSocket(stage, named: "moviesnow-edge.socket").start(["EDGE_LISTEN": "127.0.0.1:0"])
      #expect(try await unnamed.exit() == 1)
      #expect(unnamed.output.contains("a socket named \"moviesnow-edge.socket\" was given"))
    }
  }
}

/// Systemd's end of NOTIFY_SOCKET.
private final class Supervision {
  private(set) var messages: [String] = []
  private let loop: EventLoop
  private let path: String
  private let socket: Int32
  private var latest: Instant
  private var timer: Timer?

  init(_ stage: Stage) throws {
    loop = stage.loop
    latest = loop.now
    path = "\(try stage.folder().path)/notify"
    socket = Glibc.socket(AF_UNIX, Int32(SOCK_DGRAM.rawValue | SOCK_NONBLOCK.rawValue), 0)
    var address = sockaddr_un()
    address.sun_family = sa_family_t(AF_UNIX)
    unsafe withUnsafeMutableBytes(of: &address.sun_path) { unsafe $0.copyBytes(from: path.utf8) }
    let status = unsafe withUnsafePointer(to: &address) { address in
      unsafe address.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        unsafe bind(socket, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
      }
    }
    #expect(status == 0)
    timer = loop.timer(after: .zero, repeating: .milliseconds(5)) { [unowned self] in receive() }
    stage.atEnd { [self] in
      timer?.cancel()
      close(socket)
    }
  }

  /// A deployment of which one role is a service of ours.
  func plan(for role: Role) -> Deployment.Plan {
    let environment = ["NOTIFY_SOCKET": path, "WATCHDOG_USEC": "100000"]
    return role.name == "edge"
      ? Deployment.Plan(edgeSettings: environment) : Deployment.Plan(originSettings: environment)
  }

  /// Since the last message.
  var silence: Duration { loop.now - latest }

  /// A message that begins so, which is taken off with all before it.
  func hears(_ beginning: String, times: Int = 1) async throws {
    for _ in 0..<times {
      try await eventually("systemd hears \(beginning)", on: loop) { messages.contains { $0.hasPrefix(beginning) } }
      messages.removeSubrange(...messages.firstIndex { $0.hasPrefix(beginning) }!)
    }
  }

  private func receive() {
    var message = [UInt8](repeating: 0, count: 1_024)
    while case let count = unsafe recv(socket, &message, message.count, 0), count > 0 {
      messages.append(String(decoding: message[..<count], as: UTF8.self))
      latest = loop.now
    }
  }
}

/// A socket that systemd opens for a service.
private struct GivenSocket {
  let socket: ListeningSocket
  private let stage: Stage
  private let name: String?

  init(_ stage: Stage, named name: String?) throws {
    self.stage = stage
    self.name = name
    socket = try ListeningSocket(opening: .tcp(host: "127.0.0.1", port: 0))
    stage.atEnd { [socket] in socket.close() }
  }

  /// An edge in its mode `cache`, before an origin that is not there.
  func start(_ settings: [String: String]) throws -> Program {
    var environment = [
      "EDGE_MODE": "cache", "EDGE_ORIGIN_URL": "http://127.0.0.1:9", "EDGE_OPS_LISTEN": "off", "LISTEN_FDS": "1",
    ]
    environment["LISTEN_FDNAMES"] = name
    // Only the process itself knows its number.
    let line = "LISTEN_PID=$$ exec \(Program.folder)/moviesnow-edge serve"
    let program = try stage.program(
      "/bin/sh", ["-c", line], environment: environment.merging(settings) { $1 })
    program.descriptors = [socket.descriptor]
    try program.start()
    return program
  }
}
