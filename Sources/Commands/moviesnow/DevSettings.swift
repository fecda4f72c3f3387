internal import Edge
internal import Invocation
internal import OriginServer
internal import Settings
internal import Signing

/// The settings of both roles in `moviesnow dev`, as an environment would give them.
struct DevSettings {
  static let bucket = "films"

  let folder: StateFolder
  /// URLs of what was started before.
  let redis, database: String
  let storePort: UInt16?
  let credentials: SigV4Credentials
  /// The address that both roles listen on.
  let address: String

  static func storeCredentials(_ folder: StateFolder) throws -> SigV4Credentials {
    SigV4Credentials(accessKeyID: "moviesnow-dev", secretAccessKey: try folder.secret("s3.secret"))
  }

  /// Problems are this program's own, so they are told as they are.
  func origin(port: UInt16) throws -> OriginSettings {
    try settings(
      [
        "ORIGIN_LISTEN": "\(host):\(port)", "DATABASE_URL": database, "ENABLE_DOCS": "true",
        "JWT_SECRET_KEY": try folder.secret("jwt.secret"), "MAIL_FOLDER": try StateFolder("\(folder.path)/mail").path,
      ], OriginSettings.init)
  }

  func edge(port: UInt16, origin: String) throws -> EdgeSettings {
    // Whoever opens it to a network calls it by a name that we cannot know.
    let names = address == "127.0.0.1" ? "localhost, 127.0.0.1" : "*"
    return try settings(
      [
        "EDGE_LISTEN": "\(host):\(port)", "EDGE_ORIGIN_URL": origin, "TRUSTED_HOSTS": names,
        // Whoever tries it here may play the proxy that tells a country or a user.
        "TRUSTED_PROXIES": "127.0.0.0/8,::1",
        "JWT_SECRET_KEY": try folder.secret("jwt.secret"), "ALLOW_ANON_TELEMETRY": "true",
        "EDGE_STATE_FOLDER": try StateFolder("\(folder.path)/edge").path,
      ], EdgeSettings.init)
  }

  private var host: String { address.contains(":") ? "[\(address)]" : address }

  private func settings<Value>(
    _ own: [String: String], _ read: (SettingsReader) -> Value?
  ) throws -> Value {
    let both = [
      // Where the servers of web clients under development listen.
      "FRONTEND_ORIGINS": "http://localhost:3000,http://localhost:5173", "REDIS_URL": redis,
      "EDGE_IDENTITY_KEYS": "dev:\(try folder.secret("edge-identity.secret"))",
      "AWS_S3_ENDPOINT_URL": DevReport.base(storePort), "AWS_BUCKET_NAME": Self.bucket,
      "AWS_ACCESS_KEY_ID": credentials.accessKeyID, "AWS_SECRET_ACCESS_KEY": credentials.secretAccessKey,
    ]
    let reader = SettingsReader(environment: both.merging(own) { $1 }, allowsDevelopmentSecrets: true)
    guard let settings = read(reader) else {
      throw CommandFailure(reader.problems.map(\.description).joined(separator: "\n"))
    }
    return settings
  }
}
