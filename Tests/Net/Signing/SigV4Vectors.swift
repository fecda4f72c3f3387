import Support

@testable import Signing

/// One case of Tests/Vectors/sigv4.json: what botocore was asked, and what it returned.
struct SigV4Vector: Decodable, CustomStringConvertible {
  struct Document: Decodable { var vectors: [SigV4Vector] }

  var id, note, operation, method: String
  var params: Parameters
  var expires: Int
  var region, addressing_style: String
  var endpoint: String?
  var access_key, secret_key: String
  var session_token: String?
  var time, url, canonical_request, string_to_sign: String

  static let all = (try? Vectors.load("sigv4.json", as: Document.self))?.vectors ?? []

  var description: String { "\(id): \(note)" }

  var credentials: SigV4Credentials {
    SigV4Credentials(accessKeyID: access_key, secretAccessKey: secret_key, sessionToken: session_token)
  }

  var unixSeconds: Int64 { CivilTime(iso8601: time)!.unixSeconds }

  var request: SigV4Request {
    let address = S3Address(
      endpoint: endpoint, region: region, bucket: params.text["Bucket"]!,
      addressing: S3Addressing(rawValue: addressing_style)!)!
    var query = Self.operationQuery[operation, default: []]
    query += Self.queryNames.compactMap { parameter, name in params.text[parameter].map { SigV4Field(name, $0) } }
    var headers = Self.headerNames.compactMap { parameter, name in params.text[parameter].map { SigV4Field(name, $0) } }
    headers += params.metadata.map { SigV4Field("x-amz-meta-\($0.key)", $0.value) }
    return SigV4Request(method, address, key: params.text["Key"], query: query, headers: headers)
  }

  private static let operationQuery = [
    "create_multipart_upload": [SigV4Field("uploads", "")],
    "list_objects_v2": [SigV4Field("list-type", "2")],
  ]

  /// In the order of botocore's URLs.
  private static let queryNames = [
    ("UploadId", "uploadId"), ("PartNumber", "partNumber"), ("VersionId", "versionId"), ("Prefix", "prefix"),
    ("Delimiter", "delimiter"), ("MaxKeys", "max-keys"), ("StartAfter", "start-after"),
    ("ContinuationToken", "continuation-token"), ("EncodingType", "encoding-type"),
    ("ResponseContentType", "response-content-type"),
    ("ResponseContentDisposition", "response-content-disposition"),
  ]

  private static let headerNames = [
    ("Range", "Range"), ("ContentType", "Content-Type"), ("ContentLength", "Content-Length"),
    ("ContentMD5", "Content-MD5"), ("IfNoneMatch", "If-None-Match"), ("CopySource", "x-amz-copy-source"),
    ("ExpectedBucketOwner", "x-amz-expected-bucket-owner"),
    ("SSECustomerAlgorithm", "x-amz-server-side-encryption-customer-algorithm"),
    ("SSECustomerKey", "x-amz-server-side-encryption-customer-key"),
    ("SSECustomerKeyMD5", "x-amz-server-side-encryption-customer-key-MD5"),
  ]

  /// Texts, numbers and one dictionary side by side.
  struct Parameters: Decodable {
    var text: [String: String] = [:]
    var metadata: [String: String] = [:]

    init(from decoder: any Decoder) throws {
      let container = try decoder.container(keyedBy: Name.self)
      for name in container.allKeys {
        if let value = try? container.decode(String.self, forKey: name) {
          text[name.stringValue] = value
        } else if let value = try? container.decode(Int.self, forKey: name) {
          text[name.stringValue] = String(value)
        } else {
          metadata = try container.decode([String: String].self, forKey: name)
        }
      }
    }

    struct Name: CodingKey {
      var stringValue: String
      var intValue: Int? { nil }
      init(stringValue: String) { self.stringValue = stringValue }
      init?(intValue: Int) { nil }
    }
  }
}
