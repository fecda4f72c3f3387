import HTTP
import HTTPClient
import Loop
import Signing
import Support
import Testing

@testable import ObjectStore

/// Against a real S3.
@Suite(.serialized) struct `A bucket` {
  @Test
  func `objects, listings, parts and signed URLs work against radosgw`() throws {
    let server = try PrivateS3.start()
    defer { server.stop() }
    try EventLoop().run {
      let client = WebClient(loop: .current)
      defer { client.close() }
      let store = try Bucket(Self.settings(server), client: client)
      try await store.createBucket()
      try await Self.objects(store)
      try await Self.listings(store)
      try await Self.parts(store)
      try await Self.signedURLs(store, client, Authority(url: server.endpoint))
      try await Self.wrongSecret(server, client)
      try await Self.encryption(server, client)
    }
  }

  private static func objects(_ store: Bucket) async throws {
    let key = "bundles/ä b+c/S01.zip"
    await #expect(throws: ObjectStoreError.notFound) { try await store.head(key) }
    let etag = try await store.put(key, .bytes(Array("hello".utf8)), .init("application/zip"), onlyIfAbsent: true)
    await #expect(throws: ObjectStoreError.conditionFailed) {
      try await store.put(key, .bytes([1]), .init("application/zip"), onlyIfAbsent: true)
    }
    let head = try await store.head(key)
    #expect(head.size == 5 && head.etag == etag && head.contentType == "application/zip")
    let part = try await store.get(key, range: "bytes=1-3")
    #expect(part.head.size == 3)
    #expect(try await part.body.collect(limit: 100) == Array("ell".utf8))

    try await store.put("streamed", .stream(Pieces(), length: 300_000), .init("text/plain"))
    let whole = try await store.get("streamed").body.collect(limit: 1_000_000)
    #expect(whole.count == 300_000 && Set(whole) == [7])
    try await store.delete("streamed")
    try await store.delete("streamed")
    await #expect(throws: ObjectStoreError.notFound) { _ = try await store.get("streamed") }
  }

  private static func listings(_ store: Bucket) async throws {
    for key in ["l/1", "l/2 +&<", "l/d/3"] { try await store.put(key, .bytes([1, 2]), .init("text/plain")) }
    let first = try await store.list(prefix: "l/", limit: 2)
    #expect(first.entries.map(\.key) == ["l/1", "l/2 +&<"])
    let second = try await store.list(prefix: "l/", continuation: first.continuation, limit: 2)
    #expect(second.entries.map(\.key) == ["l/d/3"] && second.continuation == nil)
    #expect(try await store.list(prefix: "l/", delimiter: "/").prefixes == ["l/d/"])
  }

  private static func parts(_ store: Bucket) async throws {
    let upload = try await store.createUpload("big", .init("video/mp4"))
    let large = [UInt8](repeating: 1, count: 5 * 1_024 * 1_024)
    let parts = [
      try await store.putPart(1, of: upload, .bytes(large)), try await store.putPart(2, of: upload, .bytes([2])),
    ]
    try await store.complete(upload, parts)
    #expect(try await store.head("big").size == large.count + 1)

    let abandoned = try await store.createUpload("never", .init("video/mp4"))
    try await store.abort(abandoned)
    try await store.abort(abandoned)
    await #expect(throws: ObjectStoreError.notFound) { try await store.putPart(1, of: abandoned, .bytes([1])) }
  }

  private static func signedURLs(_ store: Bucket, _ client: WebClient, _ authority: Authority) async throws {
    func send(
      _ method: Method, _ url: String, _ fields: [SigV4Field] = [], _ body: Body
    ) async throws -> ClientResponse {
      var sent = Fields()
      for field in fields { sent.append(try #require(FieldName(token: field.name)), field.value) }
      let target = String(url.dropFirst("\(authority)".count))
      return try await client.send(
        ClientRequest(method, authority, target, fields: sent, body: body), deadline: .seconds(10))
    }
    let now = CivilTime.nowUnixSeconds
    let upload = store.presigner.put("signed", content: .init("application/zip"), expiresSeconds: 60, at: now)
    #expect(try await send(.put, upload.url, [], .bytes([1])).status == .forbidden)
    #expect(try await send(.put, upload.url, upload.fields, .bytes([1, 2, 3])).status == .ok)
    let bytes: [UInt8] = [4, 5]
    let once = store.presigner.put(
      "signed once", content: .init("application/zip"), .init(size: 2, sha256: SHA256.hash(bytes).bytes),
      onlyIfAbsent: true, expiresSeconds: 60, at: now)
    // The client states the body's length itself.
    let fields = once.fields.filter { $0.name != "content-length" }
    #expect(try await send(.put, once.url, fields, .bytes([4, 5, 6])).status == .forbidden)
    #expect(try await send(.put, once.url, fields, .bytes(bytes)).status == .ok)
    #expect(try await send(.put, once.url, fields, .bytes(bytes)).status == .preconditionFailed)
    let overrides = ObjectPresigner.Overrides(contentDisposition: "attachment; filename=\"S 01.zip\"")
    let url = store.presigner.get("signed", expiresSeconds: 60, overrides: overrides, at: now)
    let answer = try await send(.get, url, [], .none)
    #expect(answer.fields.first(.contentDisposition) == "attachment; filename=\"S 01.zip\"")
    #expect(try await answer.collect(limit: 10) == [1, 2, 3])
    #expect(try await send(.delete, url, [], .none).status == .forbidden)
    let expired = store.presigner.get("signed", expiresSeconds: 60, at: now - 120)
    #expect(try await send(.get, expired, [], .none).status == .forbidden)

    let parts = try await store.createUpload("by-url", .init("video/mp4"))
    let part = try await send(.put, store.presigner.part(1, of: parts, expiresSeconds: 60, at: now), [], .bytes([9]))
    let etag = try #require(part.fields.first(.etag))
    try await store.complete(parts, [MultipartUpload.Part(number: 1, etag: etag)])
    #expect(try await store.head("by-url").size == 1)
  }

  private static func wrongSecret(_ server: PrivateS3, _ client: WebClient) async throws {
    var settings = settings(server)
    settings.credentials.secretAccessKey = "wrong"
    let store = try Bucket(settings, client: client)
    await #expect(throws: ObjectStoreError.refused(status: .forbidden, code: "SignatureDoesNotMatch")) {
      _ = try await store.get("signed")
    }
  }

  /// What is asked of the store with every write. It echoes what it did.
  private static func encryption(_ server: PrivateS3, _ client: WebClient) async throws {
    var settings = settings(server)
    settings.encryption = .managedKey(id: "testkey-1")
    let store = try Bucket(settings, client: client)
    try await store.put("sealed", .bytes([1]), .init("application/zip"))
    let upload = try await store.createUpload("sealed in parts", .init("application/zip"))
    try await store.complete(upload, [store.putPart(1, of: upload, .bytes([1]))])
    for key in ["sealed", "sealed in parts"] { #expect(try await store.head(key).encryption == "aws:kms") }
  }

  private static func settings(_ server: PrivateS3) -> ObjectStoreSettings {
    var settings = ObjectStoreSettings(
      bucket: "films", credentials: SigV4Credentials(accessKeyID: "testkey", secretAccessKey: "testsecret"))
    settings.endpoint = server.endpoint
    return settings
  }

  private final class Pieces: BodySource {
    private var left = 3

    func next() async throws -> [UInt8]? {
      guard left > 0 else { return nil }
      left -= 1
      return [UInt8](repeating: 7, count: 100_000)
    }
  }
}
