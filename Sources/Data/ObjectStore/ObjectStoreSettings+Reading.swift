package import Settings
internal import Signing

extension ObjectStoreSettings {
  /// `AWS_BUCKET_NAME`, `AWS_REGION`, `AWS_ACCESS_KEY_ID`, `AWS_SECRET_ACCESS_KEY`, `AWS_SESSION_TOKEN`;
  /// `AWS_S3_ENDPOINT_URL` is for our own requests, `AWS_S3_PUBLIC_ENDPOINT_URL` the host that signed URLs carry.
  /// Problems are left with the reader.
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
    for (name, value) in [("AWS_S3_ENDPOINT_URL", endpoint), ("AWS_S3_PUBLIC_ENDPOINT_URL", publicEndpoint)] {
      if (try? address(value)) == nil {
        reader.report(SettingProblem(key: name, value: value, expected: "http(s)://host[:port]"))
      }
    }
  }
}
