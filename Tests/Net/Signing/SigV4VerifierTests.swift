import Testing

@testable import Signing

@Suite struct `SigV4 verification` {
  @Test(arguments: SigV4Vector.all)
  func `every published URL is accepted in its time`(vector: SigV4Vector) throws {
    _ = try verifier(vector).verify(received(vector), at: vector.unixSeconds)
    _ = try verifier(vector).verify(received(vector), at: vector.unixSeconds + Int64(vector.expires))
  }

  @Test(arguments: SigV4Vector.all)
  func `every published URL is refused once expired`(vector: SigV4Vector) {
    #expect(throws: SigV4Refusal.expired) {
      try verifier(vector).verify(received(vector), at: vector.unixSeconds + Int64(vector.expires) + 1)
    }
  }

  @Test func `a changed request is refused`() {
    let vector = SigV4Vector.all[0]
    let changes: [(String, (inout SigV4SignedRequest) -> Void)] = [
      ("another method", { $0.method = "DELETE" }),
      ("another path", { $0.path += "x" }),
      ("an encoded slash for a slash", { $0.path = $0.path.replacing("bucket/", with: "bucket%2F") }),
      ("an added parameter", { $0.query += "&versionId=1" }),
      ("another host", { $0.headers[0].value = "evil.test" }),
      ("a longer life", { $0.query = $0.query.replacing("Expires=3600", with: "Expires=3601") }),
    ]
    for (name, change) in changes {
      var request = received(vector)
      change(&request)
      #expect(throws: SigV4Refusal.wrongSignature, "\(name)") {
        try verifier(vector).verify(request, at: vector.unixSeconds)
      }
    }
  }

  @Test func `each other fault has its own reason`() {
    let vector = SigV4Vector.all[0]
    func refusal(_ change: (inout SigV4SignedRequest) -> Void) -> SigV4Refusal? {
      var request = received(vector)
      change(&request)
      do throws(SigV4Refusal) {
        _ = try verifier(vector).verify(request, at: vector.unixSeconds)
        return nil
      } catch { return error }
    }
    #expect(refusal { $0.query = "" } == .unsigned)
    #expect(refusal { $0.query += "&X-Amz-Expires=9" } == .malformed)
    #expect(refusal { $0.query = $0.query.replacing("us-east-1", with: "eu-west-1") } == .wrongScope)
    #expect(refusal { $0.query = $0.query.replacing("EXAMPLE", with: "ANOTHER") } == .unknownKey)
    #expect(refusal { $0.query = $0.query.replacing("=3600", with: "=604801") } == .lifetimeTooLong)
    #expect(refusal { $0.query = $0.query.replacing("=3600", with: "=0") } == .malformed)
    #expect(refusal { $0.headers.append(SigV4Field("x-amz-acl", "public")) } == .unsignedField("x-amz-acl"))
    #expect(refusal { $0.query += "&X-Amz-Security-Token=t" } == .wrongToken)
    #expect(refusal { $0.path = "/examplebucket/%zz" } == .malformed)
  }

  @Test func `a header signature holds for fifteen minutes both ways`() throws {
    let vector = SigV4Vector.all[0]
    var signer = SigV4Signer(credentials: vector.credentials, region: vector.region)
    let key = "a b/ü+%?.zip"
    let request = SigV4Request(
      "PUT", vector.request.address, key: key, query: [SigV4Field("uploadId", "a+b="), SigV4Field("partNumber", "1")],
      headers: [SigV4Field("Content-Type", "application/zip")])
    let fields = signer.authorize(request, payload: .hash(of: [1]), at: vector.unixSeconds)
    let target = request.target.split(separator: "?")
    let received = SigV4SignedRequest(
      method: "PUT", path: String(target[0]), query: String(target[1]),
      headers: [SigV4Field("Host", "127.0.0.1:9000")] + request.headers + fields)

    for offset: Int64 in [-900, 0, 900] {
      let verified = try verifier(vector).verify(received, at: vector.unixSeconds + offset)
      #expect(verified.payload == SHA256.hash([1]).hex)
    }
    for offset: Int64 in [-901, 901] {
      #expect(throws: SigV4Refusal.clockSkew) {
        try verifier(vector).verify(received, at: vector.unixSeconds + offset)
      }
    }
  }

  /// Source: AWS, "Signature Calculations … Transferring Payload in Multiple Chunks", the example.
  @Test func `signed chunks are those of AWS's own example`() {
    let key = SigV4SigningKey(
      secret: "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY", unixSeconds: 1_369_353_600, region: "us-east-1",
      service: "s3")
    var chunks = SigV4ChunkVerifier(
      key: key, time: Array("20130524T000000Z".utf8),
      seed: "4f232c4386841ef735655705268965c44a0e4690baa4adea153f7db9fa80a0a9")
    let first = SHA256.hash([UInt8](repeating: UInt8(ascii: "a"), count: 65_536))
    let second = SHA256.hash([UInt8](repeating: UInt8(ascii: "a"), count: 1_024))
    let signed = [
      (first, "ad80c730a21e5b8d04586a2213dd63b9a0e99e0e2307b0ade35a65485a288648"),
      (second, "0055627c9e194cb4542bae2aa5492e3c1575bbb81b612b7d234b86a503ef5497"),
      (SHA256.hash([]), "b6c6ea8a5354eaf15b3cb7646744f4275b71ea724fed81ceb9323e279d449df9"),
    ]
    for (hash, signature) in signed {
      let isAccepted = chunks.accepts(hash, signature: signature)
      #expect(isAccepted, "\(signature)")
    }
    let isAccepted = chunks.accepts(first, signature: String(repeating: "0", count: 64))
    #expect(!isAccepted)
  }

  private func verifier(_ vector: SigV4Vector) -> SigV4Verifier {
    SigV4Verifier(region: vector.region) { $0 == vector.access_key ? vector.credentials : nil }
  }

  private func received(_ vector: SigV4Vector) -> SigV4SignedRequest {
    let target = vector.url.split(separator: "/", maxSplits: 2, omittingEmptySubsequences: true)[2]
    let parts = "/\(target)".split(separator: "?", maxSplits: 1)
    let request = vector.request
    return SigV4SignedRequest(
      method: vector.method, path: String(parts[0]), query: String(parts[1]),
      headers: [SigV4Field("Host", String(decoding: request.address.host, as: UTF8.self))] + request.headers)
  }
}
