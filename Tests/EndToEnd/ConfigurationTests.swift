import Edge
import FoundationEssentials
import Glibc
import OriginServer
import Settings
import Support
import Testing

/// `check` and `serve` of both services, from the committed files of deploy/.
@Suite struct `A configuration` {
  @Test(arguments: Role.all)
  func `of deploy/ with its secrets and addresses is valid`(_ role: Role) throws {
    try Stage.run { stage in
      let outcome = try await role.run("check", on: stage)
      #expect(outcome.status == 0)
      #expect(outcome.output == "The configuration is valid.\n")
    }
  }

  @Test(arguments: Refusal.all)
  func `that is wrong is refused by check and by serve, with every problem by its name`(_ refusal: Refusal) throws {
    try Stage.run { stage in
      for command in ["check", "serve"] {
        let outcome = try await refusal.role.run(command, changing: refusal.changes, on: stage)
        #expect(outcome.status == 1)
        let lines = outcome.output.split(separator: "\n")
        #expect(lines.count == refusal.says.count, "\(outcome.output)")
        for (name, words) in refusal.says {
          #expect(lines.contains { $0.hasPrefix("\(name)") && $0.contains(words) }, "\(outcome.output)")
        }
        for secret in refusal.secrets { #expect(!outcome.output.contains(secret)) }
      }
    }
  }

  @Test(arguments: BadPlugin.allCases, Role.all)
  func `with a bad plugin is refused by check and by serve, with the setting, the plugin and the reason`(
    _ plugin: BadPlugin, _ role: Role
  ) throws {
    try Stage.run { stage in
      let author = PluginAuthor(folder: try stage.folder().path)
      author.compile("ours", defines: plugin.defines)
      let file = author.list(#"[{"name": "ours", "path": "\#(plugin.path)", "settings": \#(plugin.settings)}]"#)
      let changes = ["POLICIES_FILE": file, "PLUGIN_FOLDER": author.folder]
      for command in ["check", "serve"] {
        let outcome = try await role.run(command, changing: changes, on: stage)
        #expect(outcome.status == 1)
        // Before it a crash may print its backtrace.
        #expect(outcome.output.hasSuffix("POLICIES_FILE: policy \"ours\": \(plugin.reason)\n"), "\(outcome.output)")
      }
    }
  }

  @Test func `names the folder when one of the standard plugins is bad`() throws {
    try Stage.run { stage in
      let author = PluginAuthor(folder: try stage.folder().path)
      for name in ["libKeyPrefix", "libTTLClamp", "libGeoSchedule"] {
        author.compile(name, defines: ["MAJOR=2", "MINOR=0"])
      }
      let outcome = try await Role.edge.run("check", changing: ["PLUGIN_FOLDER": author.folder], on: stage)
      let reason = "it was built for policy.h 2.0; this node has 1.x"
      #expect(outcome.output == "PLUGIN_FOLDER: policy \"keys\": \(reason)\n")
    }
  }

  @Test func `file of deploy/ shows every setting that its service reads`() throws {
    for role in Role.all {
      let reader = SettingsReader(file: role.file, environment: [:])
      _ = role.name == "edge" ? EdgeSettings(reader) != nil : OriginSettings(reader) != nil
      let lines = String(decoding: FileManager.default.contents(atPath: role.file) ?? Data(), as: UTF8.self)
        .split(separator: "\n")
      let hidden = reader.namesRead.filter { name in
        !lines.contains { $0.hasPrefix("\(name):") || $0.hasPrefix("# \(name):") }
      }
      #expect(hidden == [], "\(role.file)")
    }
  }

  @Test
  func `whose file is missing, or has a name that is no setting's, is refused`() throws {
    try Stage.run { stage in
      let missing = try await stage.run("moviesnow-edge", ["check", "--config", "/nonexistent/edge.yaml"])
      #expect(missing.status == 1)
      #expect(missing.output == "--config is \"/nonexistent/edge.yaml\", expected a file that can be read\n")
      let file = "\(try stage.folder().path)/edge.yaml"
      #expect(unsafe system("sed s/^EDGE_LISTEN/EDGE_LISTENS/ \(Role.edge.file) > \(file)") == 0)
      let misspelt = try await Role.edge.run("check", from: file, on: stage)
      #expect(misspelt.status == 1)
      #expect(misspelt.output == "EDGE_LISTENS: expected the name of a setting (misspelt, or another service's)\n")
    }
  }

  @Test
  func `whose database lacks the schema stops the origin, with the command that makes it`() throws {
    try Stage.run { stage in
      let database = PostgresServer.shared.makeDatabase()
      let outcome = try await Role.origin.run("serve", changing: ["DATABASE_URL": database], on: stage)
      #expect(outcome.status == 1)
      #expect(outcome.output.contains("moviesnow migrate --config \(Role.origin.file)"))
    }
  }

  @Test(arguments: ["moviesnow-edge", "moviesnow-origin", "moviesnow"])
  func `help says what there is, and a misspelt option is a usage error`(_ command: String) throws {
    try Stage.run { stage in
      let help = try await stage.run(command, ["--help"])
      #expect(help.status == 0)
      #expect(help.output.hasPrefix("OVERVIEW: ") && help.output.contains("USAGE: \(command) <subcommand>"))
      let calledByItself = command == "moviesnow" ? "try" : "plugins"
      #expect(!help.output.contains("\n  \(calledByItself) "), "what only the program itself calls is not shown")
      let misspelt = try await stage.run(command, ["--confg"])
      #expect(misspelt.status == 64)
      #expect(misspelt.output.contains("Unknown option '--confg'"))
    }
  }

  @Test(arguments: Role.all)
  func `of systemd is one that systemd understands`(_ role: Role) throws {
    try Stage.run { stage in
      let folder = try stage.folder().path
      let committed = "\(Program.repository)/deploy/\(role.name)"
      let status = unsafe system(
        """
        cp \(committed)/\(role.command).s* \(folder)
        sed -i s#/usr/lib/moviesnow/#\(Program.folder)/# \(folder)/\(role.command).service
        systemd-analyze verify --man=no \(folder)/\(role.command).service \(folder)/\(role.command).socket
        """)
      #expect(status == 0)
    }
  }
}

/// One of the two roles, with all that `check` wants.
struct Role: CustomTestStringConvertible {
  let name: String
  private let environment: [String: String]

  static let edge = Role(
    name: "edge",
    environment: store.merging(["EDGE_LISTEN": "127.0.0.1:0", "EDGE_IDENTITY_KEYS": "e1:\(secret(1))"]) { $1 })
  static let origin = Role(
    name: "origin", environment: store.merging(["ORIGIN_LISTEN": "127.0.0.1:0", "JWT_SECRET_KEY": secret(2)]) { $1 })
  private static let store = [
    "AWS_ACCESS_KEY_ID": "key", "AWS_SECRET_ACCESS_KEY": "secret",
  ]
  static let all = [edge, origin]

  /// 32 bytes, another one for each seed.
  static func secret(_ seed: Int) -> String { String(repeating: "\(seed)", count: 32) }

  var command: String { "moviesnow-\(name)" }
  var file: String { "\(Program.repository)/deploy/\(name)/\(name).yaml" }
  var testDescription: String { name }

  func run(
    _ subcommand: String, from file: String? = nil, changing changes: [String: String] = [:], on stage: Stage
  ) async throws -> (status: Int64, output: String) {
    let arguments = [subcommand, "--config", file ?? self.file]
    return try await stage.run(command, arguments, environment: environment.merging(changes) { $1 })
  }

  /// Serving, until the test ends.
  func start(changing changes: [String: String], on stage: Stage) throws -> Program {
    try stage.start(command, ["serve", "--config", file], environment: environment.merging(changes) { $1 })
  }
}

/// Ways in which a listed plugin cannot be used.
enum BadPlugin: CaseIterable {
  case missing, ofAnotherContract, withWrongSettings, thatCrashes

  var path: String { self == .missing ? "theirs.so" : "ours.so" }

  var settings: String { self == .withWrongSettings ? #"{"from": 22}"# : "{}" }

  var defines: [String] {
    switch self {
    case .missing, .withWrongSettings: []
    case .ofAnotherContract: ["MAJOR=2", "MINOR=0"]
    case .thatCrashes: ["CRASH"]
    }
  }

  var reason: String {
    switch self {
    case .missing: "its library does not exist"
    case .ofAnotherContract: "it was built for policy.h 2.0; this node has 1.x"
    case .withWrongSettings: "it rejects its settings: settings must be {}"
    case .thatCrashes: "it crashed with signal 6 while it was tried"
    }
  }
}

/// Settings that are refused, and what is said of them: a line each, which begins with the name.
struct Refusal: CustomTestStringConvertible {
  let role: Role
  let changes: [String: String]
  let says: [(name: String, words: String)]
  /// What no line may show.
  var secrets: [String] = []

  var testDescription: String { "\(role.name): \(says.map(\.name).joined(separator: ", "))" }

  static let all = [
    Refusal(
      role: .origin, changes: ["JWT_SECRET_KEY": ""],
      says: [("JWT_SECRET_KEY: ", "it is not set: make one with `openssl rand -hex 32`")]),
    Refusal(
      role: .origin, changes: ["JWT_SECRET_KEY": "hunter2"],
      says: [("JWT_SECRET_KEY: ", "it has 7 bytes")], secrets: ["hunter2"]),
    Refusal(
      role: .origin, changes: ["JWT_SECRET_KEY": "dev-\(Role.secret(3))"],
      says: [("JWT_SECRET_KEY: ", "was made by `moviesnow dev`")], secrets: [Role.secret(3)]),
    Refusal(
      role: .origin,
      changes: [
        "DATABASE_URL": "mysql://root:hunter2@db/films", "REDIS_URL": "http://:hunter3@redis", "ORIGIN_LISTEN": "8081",
        "SHUTDOWN_GRACE_SECONDS": "soon", "ENABLE_DOCS": "perhaps",
      ],
      says: [
        ("DATABASE_URL: ", "expected"), ("REDIS_URL", "expected redis://"),
        ("ORIGIN_LISTEN: ", "address:port"),
        ("SHUTDOWN_GRACE_SECONDS is \"soon\"", "a number from 0 to 300"),
        ("ENABLE_DOCS is \"perhaps\"", "true or false"),
      ], secrets: ["hunter2", "hunter3"]),
    Refusal(
      role: .edge, changes: ["AWS_ACCESS_KEY_ID": "", "AWS_SECRET_ACCESS_KEY": ""],
      says: [("AWS_ACCESS_KEY_ID: ", "id"), ("AWS_SECRET_ACCESS_KEY: ", "secret")]),
    Refusal(
      role: .edge, changes: ["EDGE_IDENTITY_KEYS": "e1:hunter2"],
      says: [("EDGE_IDENTITY_KEYS: ", "it has 7 bytes")], secrets: ["hunter2"]),
    Refusal(
      role: .edge, changes: ["EDGE_IDENTITY_KEYS": "e1:dev-\(Role.secret(3))"],
      says: [("EDGE_IDENTITY_KEYS: ", "was made by `moviesnow dev`")], secrets: [Role.secret(3)]),
    Refusal(
      role: .edge, changes: ["EDGE_ORIGIN_URL": "origin.internal:8081"],
      says: [("EDGE_ORIGIN_URL: ", "http(s)://host[:port]")]),
    Refusal(
      role: .edge, changes: ["PLUGIN_FOLDER": "/nonexistent"],
      says: [("PLUGIN_FOLDER: ", "policy \"keys\": its library does not exist")]),
    Refusal(
      role: .edge, changes: ["DELIVERY_REQUIRE_TOKEN": "bundles/**, *\(String(repeating: "x", count: 70))"],
      says: [("DELIVERY_REQUIRE_TOKEN is ", "more than 63 characters after its first *")]),
    Refusal(
      role: .edge, changes: ["POLICIES_FILE": "/nonexistent.json", "DELIVERY_MAX_TTL": "60"],
      says: [
        ("POLICIES_FILE is \"/nonexistent.json\"", "it cannot be read"),
        ("DELIVERY_MAX_TTL: ", "nothing beside POLICIES_FILE"),
      ]),
  ]
}
