package import Settings
internal import Signing

extension ObjectStoreSettings {
  /// `AWS_BUCKET_NAME`, `AWS_REGION`, `AWS_ACCESS_KEY_ID`, `AWS_SECRET_ACCESS_KEY`, `AWS_SESSION_TOKEN`;
  /// `AWS_S3_ENDPOINT_URL` is for our own requests, `AWS_S3_PUBLIC_ENDPOINT_URL` the host that signed URLs carry;
  /// `AWS_S3_ADDRESSING` says where the bucket's name stands in both: `path` (default), `virtual` (before the host) or
  /// `auto`. `AWS_SSE_MODE`, `AES256` or `aws:kms` and then `AWS_KMS_KEY_ID`: what uploads ask for, those by signed
  /// URLs too. Problems are left with the reader.
  package init(_ reader: SettingsReader) {
    let token = reader.string("AWS_SESSION_TOKEN", default: "")
    let credentials = SigV4Credentials(
      accessKeyID: reader.required("AWS_ACCESS_KEY_ID", expected: "the access key's id"),
      secretAccessKey: reader.required("AWS_SECRET_ACCESS_KEY", expected: "the access key's secret"),
      sessionToken: token.isEmpty ? nil : token)
    self.init(bucket: reader.required("AWS_BUCKET_NAME", expected: "a bucket's name"), credentials: credentials)
    region = reader.string("AWS_REGION", default: "us-east-1")
    endpoint = reader.text("AWS_S3_ENDPOINT_URL")
    publicEndpoint = reader.text("AWS_S3_PUBLIC_ENDPOINT_URL")
    addressing = reader.choice("AWS_S3_ADDRESSING", default: .path)
    encryption = Self.encryption(reader)
    for (name, value) in [("AWS_S3_ENDPOINT_URL", endpoint), ("AWS_S3_PUBLIC_ENDPOINT_URL", publicEndpoint)] {
      if (try? address(value)) == nil {
        reader.report(SettingProblem(key: name, value: value, expected: "http(s)://host[:port]"))
      }
    }
  }

  private static func encryption(_ reader: SettingsReader) -> ObjectEncryption? {
    let key = reader.text("AWS_KMS_KEY_ID")
    switch reader.text("AWS_SSE_MODE") {
    case "aws:kms": return .managedKey(id: key)
    case "AES256" where key == nil: return .storeKey
    case nil where key == nil: return nil
    case let mode:
      // A key that is not used would be taken for one that is.
      let expected = key == nil ? "AES256 or aws:kms" : "aws:kms, since AWS_KMS_KEY_ID is set"
      reader.report(SettingProblem(key: "AWS_SSE_MODE", value: mode, expected: expected))
      return nil
    }
  }
}
