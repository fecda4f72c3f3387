import FoundationEssentials
import Glibc
import HTTP
import HTTPClient
import Loop
import ObjectStore
import Signing
import Support
import Testing

/// `moviesnow dev`: everything in one process, with PostgreSQL and Redis as its children.
@Suite struct `The embedded default` {
  @Test
  func `Ctrl-C stops all of it, a second one too, and the next start keeps the data`() throws {
    try Stage.run { stage in
      let dev = try await Development(on: stage)
      #expect(try await dev.signUp("ada@example.org") == 201)
      dev.program.send(SIGINT)
      #expect(try await dev.program.exit() == 0)
      #expect(dev.children.isEmpty)

      try await dev.start()
      #expect(try await dev.signUp("ada@example.org") == 400, "she is there already")
      dev.program.send(SIGTERM)
      dev.program.send(SIGTERM)
      _ = try await dev.program.exit()
      try await dev.untilChildless()
    }
  }

  @Test
  func `after a kill -9 nothing is left running, and a start at once finds the data`() throws {
    try Stage.run { stage in
      let dev = try await Development(on: stage)
      #expect(try await dev.signUp("ada@example.org") == 201)
      await dev.program.kill()
      try await dev.start()
      #expect(try await dev.signUp("ada@example.org") == 400, "she is there already")

      let second = try await stage.run("moviesnow", dev.arguments)
      #expect(second.status == 1)
      #expect(second.output.hasPrefix("--state \(dev.state): process "))
      await dev.program.kill()
      try await dev.untilChildless()
    }
  }

  @Test
  func `a kill -9 in the middle of uploads leaves nothing of them, and what was there before`() throws {
    try Stage.run { stage in
      let dev = try await Development(on: stage)
      let store = try await dev.bucket()
      try await store.put("whole", .bytes([1, 2, 3]), .init("text/plain"))
      let uploads = ["new", "whole"].map { (key: $0, body: SlowBody(on: stage.loop)) }
      for (key, body) in uploads {
        stage.loop.start { _ = try? await store.put(key, .stream(body, length: 1 << 30), .init("text/plain")) }
      }
      try await eventually("some of both is on disk", on: stage.loop) {
        dev.staged.count == 2 && uploads.allSatisfy { $0.body.pieces > 50 }
      }
      await dev.program.kill()

      try await dev.start()
      let after = try await dev.bucket()
      let listed = try await after.list().entries.map(\.key)
      #expect(listed.contains("whole") && !listed.contains("new"))
      await #expect(throws: ObjectStoreError.notFound) { _ = try await after.head("new") }
      #expect(try await after.get("whole").body.collect(limit: 10) == [1, 2, 3])
      #expect(dev.staged == [])
    }
  }

  @Test
  func `make demo's story comes true, from an upload to a session's sum`() throws {
    try Stage.run { stage in
      let dev = try await Development(on: stage)
      let story = try await dev.story()
      #expect(story.hasSuffix("That was the story.\u{1B}[0m\n"), "\(story)")
    }
  }

  @Test
  func `a port in use is one line that says what to do, and nothing is left running`() throws {
    try Stage.run { stage in
      let taken = try Listener(on: .tcp(host: "127.0.0.1", port: 0), loop: stage.loop) { $0.close() }
      stage.atEnd { taken.close() }
      let port = taken.port ?? 0
      let dev = try await Development(on: stage, ["--edge-port", "\(port)"], isStarted: false)
      #expect(
        try await dev.refusal()
          == "port \(port): address already in use. Stop what listens there, or pass --edge-port 0.")
      try await dev.untilChildless()
    }
  }

  @Test
  func `a missing package is one line that names the set-up`() throws {
    try Stage.run { stage in
      let dev = try await Development(on: stage, isStarted: false)
      dev.program.environment["PATH"] = "/nonexistent"
      #expect(try await dev.refusal() == "redis-server: no such file or directory. Run deploy/local/setup.")
    }
  }

  @Test
  func `a damaged state folder is one line that names the place`() throws {
    try Stage.run { stage in
      let dev = try await Development(on: stage)
      dev.program.send(SIGTERM)
      _ = try await dev.program.exit()
      for (path, named) in [
        ("\(dev.state)/redis/appendonlydir/appendonly.aof.manifest", "\(dev.state)/redis/redis.log"),
        ("\(dev.postgres)/data/global/pg_control", "\(dev.postgres)/postgres.log"),
        ("\(dev.state)/s3.secret", "\(dev.state)/s3.secret"),
      ] {
        #expect(unsafe system("mv \(path) \(path).whole; echo garbage > \(path)") == 0)
        let refusal = try await dev.refusal()
        #expect(refusal.contains(named), "\(refusal)")
        #expect(unsafe system("mv \(path).whole \(path)") == 0)
        try await dev.untilChildless()
      }
      try await dev.start()
    }
  }
}

/// A `moviesnow dev` with a state folder of its own, on any free ports.
private final class Development {
  let program: Program
  let state: String
  let arguments: [String]
  private let stage: Stage
  private var edge: Caller?

  init(on stage: Stage, _ options: [String] = [], isStarted: Bool = true) async throws {
    self.stage = stage
    state = "\(try stage.folder().path)/state"
    let ports = ["--edge-port", "0", "--origin-port", "0", "--s3-port", "0", "--ops-port", "0"]
    arguments = ["dev", "--state", state] + ports + options
    program = try stage.program("moviesnow", arguments)
    stage.atEnd { [postgres] in unsafe _ = system("rm -rf \(postgres)") }
    if isStarted { try await start() }
  }

  /// Where it keeps PostgreSQL's data.
  var postgres: String {
    getuid() == 0
      ? "/var/lib/moviesnow/postgres" + state.split(separator: "/").map { "-\($0)" }.joined() : "\(state)/postgres"
  }

  func start() async throws {
    try program.start()
    let row = try await program.printed("edge          ")
    edge = try Caller(stage, String(row.prefix { $0 != " " }))
  }

  /// Its object store's, with the secret that it made.
  func bucket() async throws -> Bucket {
    let row = try await program.printed("object store  ")
    let secret = FileManager.default.contents(atPath: "\(state)/s3.secret") ?? Data()
    let credentials = SigV4Credentials(
      accessKeyID: "moviesnow-dev",
      secretAccessKey: String(String(decoding: secret, as: UTF8.self).prefix { !$0.isWhitespace }))
    var settings = ObjectStoreSettings(bucket: "films", credentials: credentials)
    settings.endpoint = String(row.prefix { $0 != " " })
    let client = WebClient(loop: stage.loop)
    stage.atEnd { client.close() }
    return try Bucket(settings, client: client)
  }

  /// What its object store is writing.
  var staged: [String] { (try? FileManager.default.contentsOfDirectory(atPath: "\(state)/objects/staged")) ?? [] }

  func signUp(_ email: String) async throws -> UInt16? {
    try await edge?.post("/api/v1/auth/signup", "{\"email\":\"\(email)\",\"password\":\"correct horse\"}").status
  }

  /// What `make demo` prints.
  func story() async throws -> String {
    let log = "\(state).story"
    let file = unsafe open(log, O_WRONLY | O_CREAT | O_CLOEXEC, 0o600)
    defer { close(file) }
    var command = ChildProcess.Command("\(Program.repository)/deploy/local/demo")
    command.environment = [
      "PATH": "/usr/local/bin:/usr/bin:/bin", "STATE": state, "MOVIESNOW": "\(Program.folder)/moviesnow",
    ]
    command.output = file
    _ = await (try ChildProcess.spawn(command, on: stage.loop)).exit
    return String(decoding: FileManager.default.contents(atPath: log) ?? Data(), as: UTF8.self)
  }

  /// The one line that a start ends with.
  func refusal() async throws -> String {
    try program.start()
    #expect(try await program.exit() == 1)
    let errors = program.latestOutput.split(separator: "\n").filter { !$0.hasPrefix("As root: ") }
    #expect(errors.count == 1, "\(program.latestOutput)")
    return String(errors.first ?? "")
  }

  /// Processes that work in its folders.
  var children: [String] {
    Program.running { $0.contains(state) || $0.contains(postgres) }
  }

  func untilChildless() async throws {
    try await eventually("nothing is left running", on: stage.loop) { children.isEmpty }
  }
}

/// A piece every few milliseconds, for longer than any test.
private final class SlowBody: BodySource {
  private let loop: EventLoop
  private(set) var pieces = 0

  init(on loop: EventLoop) { self.loop = loop }

  func next() async throws -> [UInt8]? {
    await loop.sleep(for: .milliseconds(2))
    pieces += 1
    return [UInt8](repeating: 7, count: 16_384)
  }
}
