import Settings
import Signing
import Testing

@testable import ObjectStore

@Suite struct `The object store's settings` {
  private let needed = ["AWS_BUCKET_NAME": "films", "AWS_ACCESS_KEY_ID": "id", "AWS_SECRET_ACCESS_KEY": "secret"]

  @Test func `encryption and the place of the bucket's name are as the environment says`() throws {
    let plain = read([:])
    #expect(plain.settings.encryption == nil && plain.settings.addressing == .path && plain.problems == [])
    #expect(read(["AWS_SSE_MODE": "AES256"]).settings.encryption == .storeKey)
    #expect(read(["AWS_SSE_MODE": "aws:kms"]).settings.encryption == .managedKey(id: nil))
    let managed = read([
      "AWS_SSE_MODE": "aws:kms", "AWS_KMS_KEY_ID": "k", "AWS_S3_ADDRESSING": "virtual",
      "AWS_S3_ENDPOINT_URL": "https://s3.example",
    ])
    #expect(managed.problems == [] && managed.settings.encryption == .managedKey(id: "k"))
    let upload = try ObjectPresigner(managed.settings)
      .put("a", content: .init("application/zip"), expiresSeconds: 60, at: 1_700_000_000)
    #expect(upload.url.hasPrefix("https://films.s3.example/a?"))
    #expect(upload.fields.contains { $0.name == "x-amz-server-side-encryption-aws-kms-key-id" && $0.value == "k" })
  }

  @Test(arguments: [
    (["AWS_SSE_MODE": "aes"], "AWS_SSE_MODE is \"aes\", expected AES256 or aws:kms"),
    (["AWS_KMS_KEY_ID": "k"], "AWS_SSE_MODE: expected aws:kms, since AWS_KMS_KEY_ID is set"),
    (
      ["AWS_SSE_MODE": "AES256", "AWS_KMS_KEY_ID": "k"],
      "AWS_SSE_MODE is \"AES256\", expected aws:kms, since AWS_KMS_KEY_ID is set"
    ),
    (["AWS_S3_ADDRESSING": "host"], "AWS_S3_ADDRESSING is \"host\", expected one of path, virtual, auto"),
  ])
  func `what cannot be meant is refused by its name`(_ values: [String: String], _ problem: String) {
    #expect(read(values).problems == [problem])
  }

  private func read(_ values: [String: String]) -> (settings: ObjectStoreSettings, problems: [String]) {
    let reader = SettingsReader(environment: needed.merging(values) { $1 })
    let settings = ObjectStoreSettings(reader)
    return (settings, reader.problems.map { "\($0)" })
  }
}
