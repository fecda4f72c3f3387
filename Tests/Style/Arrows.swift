/// The arrows that the package may have: Sources/README.md shows them, ARCHITECTURE §2 decided them.
enum Arrows {
  /// Targets of ours that `target` may use. JSON, pure, is open to all but the policy contract.
  static func allowed(for target: PackageDescription.Target) -> Set<String>? {
    if target.type == "system" { return [] }
    if target.path.hasPrefix("Tests/Origin/") { return slice.union(["TLS"]) }
    if target.path.hasPrefix("Tests/") { return net.union(["HTTPClient", "TLS", "Postgres"]) }
    if target.path.hasPrefix("Plugins/") { return plugin(target) }
    if slices.contains(target.name) { return slice }
    return table[target.name]
  }

  private static let net: Set = ["Routing", "HTTPServer", "HTTP", "JSON", "Loop"]
  private static let ops: Set = ["Settings", "Observability", "Monitoring"]
  private static let slices: Set = [
    "Accounts", "Catalog", "Assets", "Bundles", "Compliance", "Schedule", "Playback", "Operations", "Console",
  ]

  private static let edge = net.union(ops).union([
    "Compression", "HTTPClient", "TLS", "Redis", "ObjectStore", "Signing", "PolicyHost", "PolicyABI", "KeyPatterns",
    "Publication",
  ])

  private static let slice = net.union(ops).union([
    "Postgres", "Redis", "ObjectStore", "Signing", "Mail", "Publication", "Vocabulary",
  ])

  private static let origin = net.union(ops).union(slices).union([
    "PolicyHost", "HTTPClient", "TLS", "Redis", "Postgres", "ObjectStore", "Signing", "Mail", "Publication",
    "Vocabulary",
  ])

  /// A plugin sees the contract, its own rules and, for countries, the database reader.
  private static func plugin(_ target: PackageDescription.Target) -> Set<String> {
    ["PolicySDK", "PolicyABI", "JSON", "CMaxMindDB", "KeyPatterns", "\(target.name)Rules"]
  }

  private static let table: [String: Set<String>] = [
    "JSON": [],
    "XML": [],
    // Days are counted alike in a Date field, a signature, a timestamp and a line of the log.
    "CivilCalendar": [],
    "HTTP": ["CivilCalendar", "JSON"],
    "Publication": ["JSON"],
    "PolicyABI": [],
    // The policy KeyPrefix and the edge's own settings name keys alike.
    "KeyPatterns": [],
    "Loop": ["CUV"],
    "TLS": ["Loop", "COpenSSL"],
    "Signing": ["CivilCalendar", "COpenSSL", "CArgon2", "JSON", "Settings"],
    "Compression": ["HTTP", "CZlib", "CDeflate", "CBrotli", "CZstd"],
    "Routing": ["HTTP", "JSON"],
    "HTTPServer": ["HTTP", "TLS", "Loop", "Settings", "CNGHTTP2", "JSON"],
    "HTTPClient": ["HTTP", "TLS", "Loop"],
    "Mail": ["Loop", "CCurl"],
    "Redis": ["Loop", "Observability", "Signing", "TLS", "CHiredis"],
    "Postgres": ["CivilCalendar", "Loop", "CPQ"],
    // Edge and origin read a bucket's, the policies' and the public keys' settings alike, so that the owner reads them.
    "ObjectStore": ["HTTPClient", "HTTP", "Loop", "TLS", "Signing", "Settings", "XML"],
    "LocalObjectStore": ["CivilCalendar", "HTTPServer", "HTTP", "Signing", "Loop", "XML"],
    "Settings": [],
    "Observability": ["CivilCalendar", "JSON"],
    "Monitoring": ["HTTP", "HTTPClient", "HTTPServer", "JSON", "Loop", "Observability", "Settings"],
    "PolicySDK": ["PolicyABI", "JSON"],
    "PolicyHost": ["PolicyABI", "Publication", "JSON", "Settings"],
    // What several slices speak of.
    "Vocabulary": ["HTTP", "Routing", "Postgres", "Publication"],
    "Edge": edge,
    "OriginServer": origin,
    "Invocation": ["Loop", "PolicyHost", "Settings"],
    "moviesnow-edge": edge.union(["Edge", "Invocation"]),
    "moviesnow-origin": origin.union(["OriginServer", "Invocation"]),
    "moviesnow": edge.union(origin).union(["Edge", "OriginServer", "LocalObjectStore", "Invocation"]),
  ]
}
