import HTTP
import HTTPClient
import LocalObjectStore
import Loop
import ObjectStore
import Signing
import Support

/// The S3 of a deployment, with its one bucket.
final class ObjectServer {
  let endpoint: String
  let credentials: SigV4Credentials
  let bucket: Bucket
  private let local: LocalStore?

  static let bucketName = "films"

  private init(_ stage: Stage, _ endpoint: String, _ credentials: SigV4Credentials, local: LocalStore?) throws {
    self.endpoint = endpoint
    self.credentials = credentials
    self.local = local
    var settings = ObjectStoreSettings(bucket: Self.bucketName, credentials: credentials)
    settings.endpoint = endpoint
    let client = WebClient(loop: stage.loop)
    stage.atEnd { client.close() }
    bucket = try Bucket(settings, client: client)
  }

  /// Ours, in this process.
  static func local(_ stage: Stage) async throws -> ObjectServer {
    let credentials = SigV4Credentials(accessKeyID: "local-key", secretAccessKey: "local-secret-of-the-object-store")
    let store = try await LocalStore(
      on: stage.loop, directory: try stage.folder().path, credentials: credentials, region: "us-east-1")
    try await store.ensureBucket(bucketName)
    try store.serve(on: .tcp(host: "127.0.0.1", port: 0))
    stage.atEnd { await store.stop(deadline: .zero) }
    return try ObjectServer(stage, "http://127.0.0.1:\(store.port ?? 0)", credentials, local: store)
  }

  /// Ceph's.
  static func radosgw(_ stage: Stage) async throws -> ObjectServer {
    let server = try PrivateS3.start()
    stage.atEnd { server.stop() }
    let credentials = SigV4Credentials(accessKeyID: "testkey", secretAccessKey: "testsecret")
    let objects = try ObjectServer(stage, server.endpoint, credentials, local: nil)
    try await objects.bucket.createBucket()
    return objects
  }

  /// What a service is told of it.
  var environment: [String: String] {
    [
      "AWS_S3_ENDPOINT_URL": endpoint, "AWS_BUCKET_NAME": Self.bucketName,
      "AWS_ACCESS_KEY_ID": credentials.accessKeyID, "AWS_SECRET_ACCESS_KEY": credentials.secretAccessKey,
    ]
  }

  func put(_ key: String, _ bytes: [UInt8]) async throws {
    try await bucket.put(key, .bytes(bytes), .init("application/zip"))
  }

  /// Ours only: connections are refused until `comeBack`.
  func goAway() async { await local?.stop(deadline: .zero) }

  func comeBack() throws {
    guard let port = try Authority(url: endpoint).endpoint.port else { return }
    try local?.serve(on: .tcp(host: "127.0.0.1", port: port))
  }
}
