// swift-tools-version: 6.2
import PackageDescription

// The layers and their arrows: Sources/README.md. `Tests/Style` fails on any arrow that is not written there.

let strict: [SwiftSetting] = [
  .swiftLanguageMode(.v6),
  .treatAllWarnings(as: .error),
  .enableUpcomingFeature("ExistentialAny"),
  .enableUpcomingFeature("InternalImportsByDefault"),
  .enableUpcomingFeature("MemberImportVisibility"),
  .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
  .strictMemorySafety(),
  // That nothing is read while it is written is checked at each access in a debug build, in which every test runs. In a
  // release those checks would cost a cache hit as much as its parsing.
  .unsafeFlags(["-enforce-exclusivity=unchecked"], .when(configuration: .release)),
]

extension Target.Dependency {
  static let log = product(name: "Logging", package: "swift-log")
  static let configuration = product(name: "Configuration", package: "swift-configuration")
  static let arguments = product(name: "ArgumentParser", package: "swift-argument-parser")
}

/// A module of ours: `module("Net/HTTP", uses: ["JSON"])` is HTTP, in Sources/Net/HTTP.
/// - embeds: files that become part of the binary, as `PackageResources`.
func module(_ path: String, uses: [Target.Dependency] = [], embeds: [String] = []) -> Target {
  .target(
    name: name(of: path), dependencies: uses, path: "Sources/\(path)", resources: embeds.map { .embedInCode($0) },
    swiftSettings: strict)
}

func name(of path: String) -> String { String(path.split(separator: "/").last ?? "") }

/// A command's main: parses arguments, wires, serves.
func command(_ name: String, uses: [Target.Dependency]) -> Target {
  .executableTarget(
    name: name, dependencies: uses + [.arguments], path: "Sources/Commands/\(name)", swiftSettings: strict)
}

/// A system library: module map and shim, no logic.
func library(_ name: String, pkgConfig: String, apt: String) -> Target {
  .systemLibrary(name: name, path: "Sources/C/\(name)", pkgConfig: pkgConfig, providers: [.apt([apt])])
}

/// The tests of a module, which stand in Tests as it stands in Sources.
func tests(_ path: String, uses: [Target.Dependency] = []) -> Target {
  .testTarget(
    name: "\(name(of: path))Tests", dependencies: [.byName(name: name(of: path)), "Support"] + uses,
    path: "Tests/\(path)", swiftSettings: strict)
}

/// A policy plugin: Plugins/<name>/<name>Rules holds its pure rules, Plugins/<name>/<name> only the library's entry.
func plugin(_ name: String, uses: [Target.Dependency] = []) -> [Target] {
  [
    .target(
      name: "\(name)Rules", dependencies: ["PolicySDK"] + uses, path: "Plugins/\(name)/\(name)Rules",
      swiftSettings: strict),
    .target(
      name: name, dependencies: [.byName(name: "\(name)Rules"), "PolicySDK", "PolicyABI"],
      path: "Plugins/\(name)/\(name)", swiftSettings: strict),
    .testTarget(
      name: "\(name)RulesTests", dependencies: [.byName(name: "\(name)Rules"), "PolicySDK"],
      path: "Tests/Plugins/\(name)", swiftSettings: strict),
  ]
}

let package = Package(
  name: "moviesnow-edge",
  products: ["KeyPrefix", "TTLClamp", "GeoSchedule"].map { .library(name: $0, type: .dynamic, targets: [$0]) },
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.0"),
    .package(url: "https://github.com/apple/swift-configuration", from: "1.4.0", traits: ["YAML"]),
    .package(url: "https://github.com/apple/swift-log", from: "1.16.0"),
  ],
  targets: [
    library("CUV", pkgConfig: "libuv", apt: "libuv1-dev"),
    library("COpenSSL", pkgConfig: "openssl", apt: "libssl-dev"),
    library("CArgon2", pkgConfig: "libargon2", apt: "libargon2-dev"),
    library("CZlib", pkgConfig: "zlib", apt: "zlib1g-dev"),
    library("CDeflate", pkgConfig: "libdeflate", apt: "libdeflate-dev"),
    library("CBrotli", pkgConfig: "libbrotlienc", apt: "libbrotli-dev"),
    library("CZstd", pkgConfig: "libzstd", apt: "libzstd-dev"),
    library("CHiredis", pkgConfig: "hiredis", apt: "libhiredis-dev"),
    library("CMaxMindDB", pkgConfig: "libmaxminddb", apt: "libmaxminddb-dev"),
    library("CCurl", pkgConfig: "libcurl", apt: "libcurl4-openssl-dev"),
    library("CPQ", pkgConfig: "libpq", apt: "libpq-dev"),
    library("CNGHTTP2", pkgConfig: "libnghttp2", apt: "libnghttp2-dev"),

    module("Net/Loop", uses: ["CUV"]),
    module("Net/TLS", uses: ["COpenSSL", "Loop"]),
    module("Net/JSON"),
    module("Net/XML"),
    module("Net/CivilCalendar"),
    module("Net/HTTP", uses: ["CivilCalendar", "JSON"]),
    module("Net/Compression", uses: ["CBrotli", "CDeflate", "CZlib", "CZstd", "HTTP"]),
    module("Net/Routing", uses: ["HTTP", "JSON"]),
    module("Net/HTTPServer", uses: ["CNGHTTP2", "HTTP", "Loop", "Settings", "TLS"]),
    module("Net/HTTPClient", uses: ["HTTP", "Loop", "TLS"]),
    module("Net/Signing", uses: ["CArgon2", "CivilCalendar", "COpenSSL", "Settings"]),
    module("Net/Mail", uses: ["CCurl", "Loop"]),

    module("Data/Postgres", uses: ["CivilCalendar", "CPQ", "Loop"]),
    module("Data/Redis", uses: ["CHiredis", "Loop", "Observability", "Signing", "TLS"]),
    module("Data/ObjectStore", uses: ["HTTP", "HTTPClient", "Settings", "Signing", "XML"]),
    module("Data/LocalObjectStore", uses: ["CivilCalendar", "HTTP", "HTTPServer", "Loop", "Signing", "XML"]),

    module("Ops/Settings", uses: [.configuration]),
    module("Ops/Observability", uses: ["CivilCalendar", "JSON", .log]),
    module(
      "Ops/Monitoring", uses: ["HTTP", "HTTPClient", "HTTPServer", "JSON", "Loop", "Observability", "Settings", .log]),

    .target(name: "PolicyABI", path: "Sources/Policy/PolicyABI"),
    module("Policy/PolicySDK", uses: ["PolicyABI"]),
    module("Policy/PolicyHost", uses: ["PolicyABI", "Publication", "Settings"]),
    module("Policy/KeyPatterns"),

    module("Publication"),

    module(
      "Edge",
      uses: [
        "Compression", "HTTP", "HTTPClient", "HTTPServer", "JSON", "KeyPatterns", "Loop", "Monitoring", "ObjectStore",
        "Observability", "PolicyHost", "Publication", "Redis", "Settings", "Signing", "TLS",
      ]),

    module("Origin/Vocabulary", uses: ["HTTP", "Postgres", "Publication", "Routing"]),
    module("Origin/Accounts", uses: ["HTTP", "Loop", "Mail", "Postgres", "Routing", "Signing", "Vocabulary"]),
    module(
      "Origin/Bundles",
      uses: [
        "HTTP", "JSON", "ObjectStore", "Postgres", "Publication", "Redis", "Routing", "Settings", "Signing",
        "Vocabulary",
      ]),
    module("Origin/Catalog", uses: ["HTTP", "Postgres", "Publication", "Routing", "Settings", "Vocabulary"]),
    module(
      "Origin/Operations",
      uses: [
        "HTTP", "JSON", "Loop", "Monitoring", "Observability", "Postgres", "Publication", "Redis", "Routing", .log,
      ]),
    module("Origin/Playback", uses: ["HTTP", "JSON", "Loop", "Observability", "Postgres", "Redis", "Routing", .log]),
    module("Origin/Schedule", uses: ["HTTP", "Postgres", "Publication", "Routing", "Vocabulary"]),
    module(
      "Origin/OriginServer",
      uses: [
        "Accounts", "Bundles", "Catalog", "HTTP", "HTTPClient", "HTTPServer", "Loop", "Mail", "Monitoring",
        "ObjectStore",
        "Observability", "Operations", "Playback", "PolicyHost", "Postgres", "Publication", "Redis",
        "Routing", "Schedule", "Settings", "Signing", "TLS", .log,
      ],
      embeds: ["page.html", "page.css", "page.js"].map { "Documentation/\($0)" }),

    module("Commands/Invocation", uses: ["Loop", "PolicyHost", "Settings", .arguments, .log]),
    command("moviesnow-edge", uses: ["Edge", "Invocation", "Loop", "Monitoring", "Observability", "PolicyHost", .log]),
    command(
      "moviesnow-origin",
      uses: ["Invocation", "Loop", "Monitoring", "Observability", "OriginServer", "PolicyHost", .log]),
    command(
      "moviesnow",
      uses: [
        "Accounts", "Bundles", "Catalog", "Edge", "HTTP", "HTTPClient", "HTTPServer", "Invocation", "LocalObjectStore",
        "Loop", "Mail", "Monitoring", "ObjectStore", "Observability", "OriginServer", "PolicyHost", "Postgres",
        "Publication", "Redis", "Routing", "Schedule", "Settings", "Signing", "TLS", "Vocabulary", .log,
      ]),

    tests("Net/Loop"),
    tests("Net/TLS", uses: ["Loop"]),
    tests("Net/JSON"),
    tests("Net/XML"),
    tests("Net/CivilCalendar"),
    tests("Net/HTTP"),
    tests("Net/Compression", uses: ["HTTP"]),
    tests("Net/Routing", uses: ["HTTP", "JSON"]),
    tests("Net/HTTPServer", uses: ["HTTP", "Loop", "Redis", "Settings", "TLS"]),
    tests("Net/HTTPClient", uses: ["HTTP", "Loop", "TLS"]),
    tests("Net/Signing"),
    tests("Net/Mail", uses: ["Loop"]),
    tests("Data/Postgres", uses: ["Loop"]),
    tests("Data/Redis", uses: ["Loop", "Observability", "TLS"]),
    tests("Data/ObjectStore", uses: ["HTTP", "HTTPClient", "Loop", "Settings", "Signing", "XML"]),
    tests("Data/LocalObjectStore", uses: ["HTTP", "Loop", "Signing", "XML"]),
    tests("Ops/Settings"),
    tests("Ops/Observability", uses: [.log]),
    tests("Ops/Monitoring", uses: ["HTTP", "HTTPClient", "HTTPServer", "Loop", "Observability", .log]),
    tests("Policy/PolicyHost", uses: ["PolicyABI", "Publication"]),
    tests("Policy/KeyPatterns"),
    tests("Publication"),
    tests(
      "Edge",
      uses: [
        "Compression", "HTTP", "HTTPClient", "HTTPServer", "Loop", "Monitoring", "Observability", "PolicyHost",
        "Publication", "Redis", "Settings", "Signing",
      ]),
    tests("Origin/Vocabulary"),
    tests("Origin/Accounts", uses: ["HTTP", "Loop", "Mail", "Postgres", "Routing", "Signing"]),
    tests(
      "Origin/Bundles",
      uses: [
        "Catalog", "Edge", "HTTP", "HTTPClient", "LocalObjectStore", "Loop", "ObjectStore", "Postgres", "Publication",
        "Redis", "Routing", "Signing", "Vocabulary",
      ]),
    tests("Origin/Catalog", uses: ["HTTP", "Postgres", "Publication", "Routing", "Vocabulary"]),
    tests("Origin/Operations", uses: ["HTTP", "Loop", "Observability", "Postgres", "Publication", "Redis", "Routing"]),
    tests("Origin/Playback", uses: ["HTTP", "Loop", "Observability", "Postgres", "Redis"]),
    tests("Origin/Schedule", uses: ["Catalog", "HTTP", "Postgres", "Publication", "Routing", "Vocabulary"]),
    tests(
      "Origin/OriginServer",
      uses: [
        "Bundles", "HTTP", "Loop", "Operations", "PolicyHost", "Postgres", "Publication", "Redis", "Routing",
        "Schedule", "Settings", "Signing",
      ]),
    .testTarget(
      name: "EndToEndTests",
      dependencies: [
        "Edge", "HTTP", "HTTPClient", "HTTPServer", "LocalObjectStore", "Loop", "ObjectStore", "OriginServer",
        "Postgres", "Redis", "Settings", "Signing", "Support",
      ],
      path: "Tests/EndToEnd", swiftSettings: strict),
    .testTarget(name: "StyleTests", path: "Tests/Style", swiftSettings: strict),
    .target(
      name: "Support", dependencies: ["HTTP", "HTTPClient", "Loop", "Postgres", "Routing", "TLS"],
      path: "Tests/Support", swiftSettings: strict),
  ] + plugin("KeyPrefix", uses: ["KeyPatterns"]) + plugin("TTLClamp") + plugin("GeoSchedule", uses: ["CMaxMindDB"])
)
