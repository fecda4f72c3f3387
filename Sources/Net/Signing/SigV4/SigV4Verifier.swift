/// The other side of `SigV4Signer`: decides whether a request was signed by a key we know, for us, and in time.
package final class SigV4Verifier {
  /// Longest life of a presigned URL: seven days, as S3's.
  private static let longestLifetimeSeconds: Int64 = 604_800
  /// How far a request's date may be off, both ways: 15 minutes, as S3's.
  private static let toleranceSeconds: Int64 = 900

  /// A request that may go on, and what its signature promises about the body.
  package struct Verified {
    /// `UNSIGNED-PAYLOAD`, a SHA-256 in hexadecimal, or one of `STREAMING-…`: whoever reads the body checks it.
    package var payload: String
    /// For a body in signed chunks.
    package var chunks: SigV4ChunkVerifier
  }

  private let region: String
  private let credentials: (_ accessKeyID: String) -> SigV4Credentials?
  private var lastKey: (accessKeyID: String, secret: String, key: SigV4SigningKey)?

  package init(region: String, credentials: @escaping (_ accessKeyID: String) -> SigV4Credentials?) {
    self.region = region
    self.credentials = credentials
  }

  package func verify(_ request: SigV4SignedRequest, at unixSeconds: Int64) throws(SigV4Refusal) -> Verified {
    let claim = try SigV4Claim(request)
    guard let known = credentials(claim.accessKeyID) else { throw .unknownKey }
    guard ConstantTime.equal(known.sessionToken ?? "", claim.sessionToken ?? "") else { throw .wrongToken }
    let key = signingKey(of: known, at: claim.unixSeconds)
    guard Array(claim.scope.utf8) == key.scope else { throw .wrongScope }
    try checkTime(of: claim, at: unixSeconds)
    try checkCoverage(of: claim, in: request)
    guard ConstantTime.equal(try signature(of: request, claim, key), claim.signature) else { throw .wrongSignature }
    return Verified(
      payload: claim.payload,
      chunks: SigV4ChunkVerifier(key: key, time: Array(claim.time.utf8), seed: claim.signature))
  }

  private func signingKey(of known: SigV4Credentials, at unixSeconds: Int64) -> SigV4SigningKey {
    if let lastKey, lastKey.accessKeyID == known.accessKeyID, lastKey.secret == known.secretAccessKey,
      lastKey.key.covers(unixSeconds)
    {
      return lastKey.key
    }
    let key = SigV4SigningKey(
      secret: known.secretAccessKey, unixSeconds: unixSeconds, region: region, service: "s3")
    lastKey = (known.accessKeyID, known.secretAccessKey, key)
    return key
  }

  private func checkTime(of claim: SigV4Claim, at now: Int64) throws(SigV4Refusal) {
    switch claim.place {
    case .header:
      guard abs(now - claim.unixSeconds) <= Self.toleranceSeconds else { throw .clockSkew }
    case .query(let expiresSeconds):
      guard expiresSeconds <= Self.longestLifetimeSeconds else { throw .lifetimeTooLong }
      guard claim.unixSeconds - now <= Self.toleranceSeconds else { throw .notYetValid }
      guard now <= claim.unixSeconds + expiresSeconds else { throw .expired }
    }
  }

  /// What must be signed is: `host`, and every `x-amz-*` field, since those change what the request does.
  private func checkCoverage(of claim: SigV4Claim, in request: SigV4SignedRequest) throws(SigV4Refusal) {
    guard claim.signedNames.contains("host") else { throw .unsignedField("host") }
    guard request.headers.count(where: { $0.name == "host" }) == 1 else { throw .malformed }
    for field in request.headers where field.name.hasPrefix("x-amz-") && !claim.signedNames.contains(field.name[...]) {
      // A client may state the body's hash beside a presigned URL: it can only narrow what is accepted.
      if case .query = claim.place, field.name == "x-amz-content-sha256" { continue }
      throw .unsignedField(field.name)
    }
  }

  private func signature(
    of request: SigV4SignedRequest, _ claim: SigV4Claim, _ key: SigV4SigningKey
  ) throws(SigV4Refusal) -> String {
    var canonical = Array("\(request.method)\n".utf8)
    canonical.append(contentsOf: try request.canonicalPath())
    canonical.append(UInt8(ascii: "\n"))
    canonical.append(contentsOf: try request.canonicalQuery())
    canonical.append(UInt8(ascii: "\n"))
    SigV4Canonical.append(try request.canonicalHeaders(claim.signedNames), to: &canonical)
    canonical.append(contentsOf: "\n\(claim.payload)".utf8)

    var stringToSign: [UInt8] = []
    key.appendStringToSign(
      SigV4Canonical.algorithm, time: Array(claim.time.utf8), hash: SHA256.hash(canonical.span), to: &stringToSign)
    return key.key.sign(stringToSign.span).hex
  }
}
