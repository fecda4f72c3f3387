import Bundles
import Catalog
import FoundationEssentials
import Glibc
import HTTP
import HTTPClient
import LocalObjectStore
import Loop
import ObjectStore
import Postgres
import Publication
import Redis
import Routing
import Signing
import Support

/// The slice on a real database, Redis and object store, with one published title.
struct BundlesFixture {
  let routes: RouteTable
  let declared: [Route]
  let database: PostgresPool
  let redis: RedisClient
  let store: LocalStore
  let bucket: Bucket
  let title: String
  let log: Log
  private let folder: TemporaryFolder

  /// What was told to edges, in order.
  final class Log {
    var published: [PublicationChange] = []
    var announced: [PublicationChange] = []
  }

  /// What creating a bundle answers.
  struct Created: Decodable {
    let id: String
    let bundleId: String
    let storageKey: String
    let uploadUrl: String
    let headers: [String: String]
    let expiresAt: String
  }

  static func run(
    _ settings: BundlesSettings = BundlesSettings(), _ body: @escaping (BundlesFixture) async throws -> Void
  ) throws {
    try withDatabase(CatalogSchema.migrations + BundlesSchema.migrations) { database in
      let loop = EventLoop.current
      try await PrivateRedis.run(on: loop) { server in
        let folder = try TemporaryFolder()
        defer { folder.remove() }
        let credentials = SigV4Credentials(accessKeyID: "key", secretAccessKey: "secret")
        let store = try await LocalStore(
          on: loop, directory: "\(folder.path)/objects", credentials: credentials, region: "us-east-1")
        try await store.ensureBucket("films")
        try store.serve(on: .tcp(host: "127.0.0.1", port: 0))
        var bucketSettings = ObjectStoreSettings(bucket: "films", credentials: credentials)
        bucketSettings.endpoint = "http://127.0.0.1:\(store.port ?? 0)"
        let client = WebClient(loop: loop)
        let redis = RedisClient(loop: loop, url: try RedisURL(server.url))
        let fixture = try await BundlesFixture(
          database, redis, store, Bucket(bucketSettings, client: client), settings, folder)
        let outcome: Result<Void, any Error>
        do { outcome = .success(try await body(fixture)) } catch { outcome = .failure(error) }
        redis.close()
        client.close()
        await store.stop(deadline: .zero)
        try outcome.get()
      }
    }
  }

  private init(
    _ database: PostgresPool, _ redis: RedisClient, _ store: LocalStore, _ bucket: Bucket, _ settings: BundlesSettings,
    _ folder: TemporaryFolder
  ) async throws {
    let log = Log()
    let slice = BundlesRoutes(
      database, bucket, redis, settings,
      authorize: { key, lifetime in
        guard key.text.hasPrefix("bundles/") else {
          throw Problem(.forbidden, "refused").adding("rule", "keys/allowed-keys")
        }
        return Permit(lifetime: min(lifetime, 3_600), limitedBy: lifetime > 3_600 ? "ttl/ttl" : nil)
      },
      publish: { kind, _ in
        log.published.append(PublicationChange(version: Int64(log.published.count + 1), kind: kind))
        return log.published[log.published.count - 1]
      },
      announce: { log.announced.append($0) })
    declared = slice.routes
    routes = RouteTable(slice.routes)
    self.database = database
    self.redis = redis
    self.store = store
    self.bucket = bucket
    self.log = log
    self.folder = folder
    title = try await database.query(
      "INSERT INTO titles (type, name, slug, is_published) VALUES ('SERIES', 'S', 's', true) RETURNING id")[0].get("id")
  }

  var adminPath: String { "/api/v1/admin/titles/\(title)/bundles" }
  var publicPath: String { "/api/v1/titles/\(title)/bundles" }

  func create(_ json: String) async throws -> Created {
    let answer = try await routes.answer(.post, adminPath, json).response
    return try JSONDocument.decode(Created.self, from: Array(answer.text.utf8))
  }

  /// A row that time has passed over: its end lies an hour back. Returns its id.
  func insertExpired(season: Int) async throws -> String {
    try await database.query(
      """
      INSERT INTO bundles (title_id, season_number, storage_key, created_at, expires_at)
      VALUES (\(title), \(season), \("bundles/\(title)/old-\(season).zip"), now() - interval '2 hours',
        now() - interval '1 hour') RETURNING id
      """)[0].get("id")
  }

  /// Sends the bytes as the answer says, with curl; the store's status.
  func upload(_ bytes: [UInt8], to created: Created, without omitted: String? = nil) async throws -> String {
    let file = "\(folder.path)/upload"
    try Data(bytes).write(to: URL(filePath: file))
    let headers = created.headers.filter { $0.key != omitted }.map { "-H '\($0.key): \($0.value)'" }
    return try await curl("-T \(file) \(headers.joined(separator: " ")) '\(created.uploadUrl)'").status
  }

  /// A whole answer, by curl's own reading of HTTP.
  func curl(_ arguments: String) async throws -> (status: String, head: String, body: String) {
    let command = """
      curl -s -D \(folder.path)/head -o \(folder.path)/body -w '%{http_code}' \(arguments) > \(folder.path)/status
      """
    _ = try await EventLoop.current.offload { unsafe system(command) }
    return (read("status"), read("head"), read("body"))
  }

  private func read(_ name: String) -> String {
    String(decoding: (try? Data(contentsOf: URL(filePath: "\(folder.path)/\(name)"))) ?? Data(), as: UTF8.self)
  }
}
