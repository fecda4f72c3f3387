import Testing

@testable import Signing

@Suite struct `SigV4 signing` {
  @Test func `there are vectors`() {
    #expect(SigV4Vector.all.count == 43)
  }

  @Test(arguments: SigV4Vector.all)
  func `a presigned URL is botocore's, byte for byte`(vector: SigV4Vector) {
    var signer = SigV4Signer(credentials: vector.credentials, region: vector.region)
    let url = signer.presign(vector.request, expiresSeconds: vector.expires, at: vector.unixSeconds)
    #expect(String(decoding: signer.canonicalRequest, as: UTF8.self) == vector.canonical_request)
    #expect(String(decoding: signer.stringToSign, as: UTF8.self) == vector.string_to_sign)
    #expect(url == vector.url)
  }

  @Test func `one signer serves many days, the day key following`() {
    let vectors = SigV4Vector.all.filter { $0.session_token == nil && $0.region == "us-east-1" }
    var signer = SigV4Signer(credentials: vectors[0].credentials, region: "us-east-1")
    for vector in vectors + vectors.reversed() {
      #expect(signer.presign(vector.request, expiresSeconds: vector.expires, at: vector.unixSeconds) == vector.url)
    }
  }

  /// Source: AWS, "Signature Calculations for the Authorization Header", GET Object and PUT Object.
  @Test func `a header signature is the one of AWS's own example`() throws {
    let credentials = SigV4Credentials(
      accessKeyID: "AKIAIOSFODNN7EXAMPLE", secretAccessKey: "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY")
    let address = try #require(
      S3Address(
        endpoint: "https://s3.amazonaws.com", region: "us-east-1", bucket: "examplebucket", addressing: .virtual))
    var signer = SigV4Signer(credentials: credentials, region: "us-east-1")
    let request = SigV4Request(
      "GET", address, key: "test.txt", headers: [SigV4Field("Range", "bytes=0-9")])
    let fields = signer.authorize(request, payload: .empty, at: 1_369_353_600)
    #expect(
      fields.last?.value
        == "AWS4-HMAC-SHA256 Credential=AKIAIOSFODNN7EXAMPLE/20130524/us-east-1/s3/aws4_request, "
        + "SignedHeaders=host;range;x-amz-content-sha256;x-amz-date, "
        + "Signature=f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41")
  }

  @Test func `an endpoint that is no origin gives no address`() {
    for endpoint in ["", "s3.example", "ftp://x", "http://", "http://x/base", "http://u@x", "http://x:99999"] {
      #expect(S3Address(endpoint: endpoint, region: "r", bucket: "b", addressing: .path) == nil, "\(endpoint)")
    }
  }
}
