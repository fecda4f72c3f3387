import Edge
import HTTP
import HTTPClient
import LocalObjectStore
import Loop
import ObjectStore
import PolicyHost
import Redis
import Settings
import Signing
import Support
import Testing

/// The edge with its real plugins, a real Redis and an object store, over the wire.
@Suite(.serialized) struct `Delivery` {
  @Test(.timeLimit(.minutes(1)))
  func `a token buys the object's bytes once, and no refusal costs it`() throws {
    try House.run { house in
      let bytes = Array("PK film".utf8)
      try await house.bucket.put("bundles/sintel/S01.zip", .bytes(bytes), .init("application/zip"))
      try await house.redis.send("SET", "download:token:t", "{}", "EX", 600)

      #expect(try await house.issue("images/poster.zip", token: "t").status == 403)
      #expect(try await house.issue("bundles/absent/S01.zip", token: "t").status == 404)
      #expect(try await house.issue("../secret.zip", token: "t").status == 400)
      let granted = try await house.issue("bundles/sintel/S01.zip", token: "t")
      #expect(granted.status == 200)
      #expect(try await house.download(granted.member("url")) == bytes)
      #expect(try await house.issue("bundles/sintel/S01.zip", token: "t").status == 404)
    }
  }

  @Test(.timeLimit(.minutes(1)))
  func `a refusal names the rule, and a lifetime that was clamped names what clamped it`() throws {
    try House.run { house in
      try await house.bucket.put("bundles/sintel/S01.zip", .bytes([1]), .init("application/zip"))
      let refused = try await house.issue("images/poster.zip")
      #expect(refused.member("rule") == "keys/allowed-keys")
      let clamped = try await house.issue("bundles/sintel/S01.zip", seconds: 604_800)
      #expect(clamped.member("limited_by") == "ttl/ttl")
      #expect(clamped.member("url").contains("X-Amz-Expires=3600&"))
    }
  }

  @Test(.timeLimit(.minutes(1)))
  func `with the store away it is a neutral 503, and the token survives`() throws {
    try House.run { house in
      try await house.redis.send("SET", "download:token:t", "{}", "EX", 600)
      await house.store.stop(deadline: .zero)
      let answer = try await house.issue("bundles/sintel/S01.zip", token: "t")
      #expect(answer.status == 503)
      #expect(answer.member("detail") == "Downloads are not possible right now")
      #expect(try await house.redis.send("EXISTS", "download:token:t").integer == 1)
    }
  }
}

/// Everything that a delivery needs, on one loop.
private struct House {
  let redis: RedisClient
  let store: LocalStore
  let bucket: Bucket
  private let client: WebClient
  private let edge: Authority

  struct Answer {
    let status: UInt16
    let text: String

    /// A string member of the JSON document; empty when there is none.
    func member(_ name: String) -> String {
      let start = "\"\(name)\":\""
      let parts = text.split(separator: start, maxSplits: 1)
      return parts.count == 2 ? String(parts[1].prefix { $0 != "\"" }) : ""
    }
  }

  static func run(_ body: @escaping (House) async throws -> Void) throws {
    let loop = EventLoop()
    try loop.run {
      try await PrivateRedis.run(on: loop) { server in
        let folder = try TemporaryFolder()
        defer { folder.remove() }
        let credentials = SigV4Credentials(accessKeyID: "key", secretAccessKey: "secret")
        let store = try await LocalStore(
          on: loop, directory: folder.path, credentials: credentials, region: "us-east-1")
        try await store.ensureBucket("films")
        try store.serve(on: .tcp(host: "127.0.0.1", port: 0))
        let endpoint = "http://127.0.0.1:\(store.port ?? 0)"

        let settings = try #require(
          EdgeSettings(
            SettingsReader(environment: [
              "REDIS_URL": server.url, "EDGE_LISTEN": "127.0.0.1:0", "AWS_S3_ENDPOINT_URL": endpoint,
              "AWS_BUCKET_NAME": "films", "AWS_ACCESS_KEY_ID": "key", "AWS_SECRET_ACCESS_KEY": "secret",
              "PLUGIN_FOLDER": build,
            ])))
        let trial = PolicyTrial(command: ["\(build)/moviesnow-edge", "plugins", "try"])
        let loader = PolicyLoader(folder: "\(folder.path)/policies", loops: 1, trial: trial)
        let policies = try loader.load(settings.policies, epoch: 1).set(forLoop: 0)
        let node = try EdgeNode(settings, policies: { policies }, on: loop)

        let redis = RedisClient(loop: loop, url: try RedisURL(server.url))
        let client = WebClient(loop: loop)
        var bucketSettings = ObjectStoreSettings(bucket: "films", credentials: credentials)
        bucketSettings.endpoint = endpoint
        let house = House(
          redis: redis, store: store, bucket: try Bucket(bucketSettings, client: client), client: client,
          edge: Authority(host: "127.0.0.1", port: node.port))
        let outcome: Result<Void, any Error>
        do { outcome = .success(try await body(house)) } catch { outcome = .failure(error) }
        client.close()
        redis.close()
        await node.stop()
        await store.stop(deadline: .zero)
        try outcome.get()
      }
    }
  }

  func issue(_ key: String, token: String? = nil, seconds: Int = 600) async throws -> Answer {
    let member = token.map { ",\"token\":\"\($0)\"" } ?? ""
    let body = "{\"storage_key\":\"\(key)\",\"ttl_seconds\":\(seconds)\(member)}"
    let request = ClientRequest(.post, edge, "/api/v1/delivery/download-url", body: .bytes(Array(body.utf8)))
    let answer = try await client.send(request, deadline: .seconds(5))
    let bytes = try await answer.collect(limit: 65_536)
    return Answer(status: answer.status.code, text: String(decoding: bytes, as: UTF8.self))
  }

  func download(_ url: String) async throws -> [UInt8] {
    let path = url.drop { $0 != ":" }.dropFirst(3).drop { $0 != "/" }
    let authority = Authority(host: "127.0.0.1", port: store.port)
    let answer = try await client.send(ClientRequest(.get, authority, String(path)), deadline: .seconds(5))
    return try await answer.collect(limit: 65_536)
  }

  /// Where `swift build` puts our commands and plugins.
  private static let build: String = {
    let root = #filePath.split(separator: "/", omittingEmptySubsequences: false).dropLast(3).joined(separator: "/")
    return "\(root)/.build/debug"
  }()
}
