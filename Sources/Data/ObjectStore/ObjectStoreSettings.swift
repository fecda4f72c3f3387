package import Signing

/// How a bucket is reached, and how its URLs are signed.
package struct ObjectStoreSettings: Sendable {
  /// `scheme://host[:port]` for our own requests; nil means AWS.
  package var endpoint: String?
  /// The host that presigned URLs carry, for clients who see the store by another name; nil means `endpoint`.
  package var publicEndpoint: String?
  package var region = "us-east-1"
  package var bucket: String
  package var addressing = S3Addressing.path
  package var credentials: SigV4Credentials
  /// Asked for with every upload; nil leaves it to the bucket's default.
  package var encryption: ObjectEncryption?
  /// To the head of an answer. Content has the client's stall deadline.
  package var deadline: Duration = .seconds(10)

  package init(bucket: String, credentials: SigV4Credentials) {
    self.bucket = bucket
    self.credentials = credentials
  }

  package struct Malformed: Error, Equatable { package let endpoint: String }

  func address(_ endpoint: String?) throws(Malformed) -> S3Address {
    guard let address = S3Address(endpoint: endpoint, region: region, bucket: bucket, addressing: addressing) else {
      throw Malformed(endpoint: endpoint ?? "")
    }
    return address
  }
}

/// Encryption at rest, by the store.
package enum ObjectEncryption: Equatable, Sendable {
  /// With the store's own key (SSE-S3).
  case storeKey
  /// With a key of the key management service (SSE-KMS), by its id; nil: the account's own there.
  case managedKey(id: String?)

  var fields: [SigV4Field] {
    switch self {
    case .storeKey: [SigV4Field("x-amz-server-side-encryption", "AES256")]
    case .managedKey(let id):
      [SigV4Field("x-amz-server-side-encryption", "aws:kms")]
        + (id.map { [SigV4Field("x-amz-server-side-encryption-aws-kms-key-id", $0)] } ?? [])
    }
  }
}
