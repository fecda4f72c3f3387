import Signing
import Testing

@testable import ObjectStore

@Suite struct `Presigned object URLs` {
  private let credentials = SigV4Credentials(accessKeyID: "id", secretAccessKey: "secret")

  @Test func `a URL carries the public host, our own requests do not`() throws {
    var settings = ObjectStoreSettings(bucket: "films", credentials: credentials)
    settings.endpoint = "http://127.0.0.1:9000"
    settings.publicEndpoint = "https://cdn.example.test"
    let url = try ObjectPresigner(settings).get("a b.zip", expiresSeconds: 60, at: 1_700_000_000)
    #expect(url.hasPrefix("https://cdn.example.test/films/a%20b.zip?X-Amz-Algorithm="))
    #expect(url.contains("X-Amz-Expires=60&X-Amz-SignedHeaders=host&X-Amz-Signature="))
  }

  @Test func `overrides, tokens and encryption are part of what is signed`() throws {
    var settings = ObjectStoreSettings(bucket: "films", credentials: credentials)
    settings.credentials.sessionToken = "t/+="
    settings.encryption = .managedKey(id: "k")
    settings.addressing = .virtual
    let presigner = try ObjectPresigner(settings)
    let get = presigner.get(
      "a", expiresSeconds: 60, overrides: .init(contentType: "application/zip"), at: 1_700_000_000)
    #expect(get.hasPrefix("https://films.s3.amazonaws.com/a?response-content-type=application%2Fzip&X-Amz-"))
    #expect(get.contains("&X-Amz-Security-Token=t%2F%2B%3D&"))
    let put = presigner.put("a", content: .init("application/zip"), expiresSeconds: 60, at: 1_700_000_000)
    #expect(
      put.fields.map(\.name) == [
        "content-type", "x-amz-server-side-encryption", "x-amz-server-side-encryption-aws-kms-key-id",
      ])
    #expect(put.url.contains("SignedHeaders=content-type%3Bhost%3Bx-amz-server-side-encryption%3Bx-amz-"))
  }

  @Test func `an endpoint with a path is refused`() {
    var settings = ObjectStoreSettings(bucket: "films", credentials: credentials)
    settings.endpoint = "http://127.0.0.1:9000/base"
    #expect(throws: ObjectStoreSettings.Malformed(endpoint: "http://127.0.0.1:9000/base")) {
      try ObjectPresigner(settings)
    }
  }
}
