/// What a request says of its signature, before anything of it is believed.
struct SigV4Claim {
  enum Place { case header, query(expiresSeconds: Int64) }

  var place: Place
  var accessKeyID: String
  /// `20130524/us-east-1/s3/aws4_request`
  var scope: Substring
  /// As it was sent: `20130524T000000Z`.
  var time: String
  var unixSeconds: Int64
  /// Lower-case names, in order.
  var signedNames: [Substring]
  var signature: String
  var sessionToken: String?
  /// What the canonical request ends with.
  var payload: String

  init(_ request: SigV4SignedRequest) throws(SigV4Refusal) {
    let parameters = try request.parameters()
    if parameters["X-Amz-Signature"] != nil || parameters["X-Amz-Algorithm"] != nil {
      // Both at once would leave open which of them counts.
      guard request.first("authorization") == nil else { throw .malformed }
      try self.init(query: parameters)
    } else if let authorization = request.first("authorization") {
      try self.init(authorization: authorization, of: request)
    } else {
      throw .unsigned
    }
  }

  private init(query: [String: String]) throws(SigV4Refusal) {
    guard query["X-Amz-Algorithm"] == "AWS4-HMAC-SHA256", let credential = query["X-Amz-Credential"],
      let time = query["X-Amz-Date"], let expires = query["X-Amz-Expires"].flatMap(Int64.init), expires > 0,
      let names = query["X-Amz-SignedHeaders"], let signature = query["X-Amz-Signature"]
    else { throw .malformed }
    try self.init(
      place: .query(expiresSeconds: expires), credential: credential, time: time, names: names[...],
      signature: signature, sessionToken: query["X-Amz-Security-Token"], payload: SigV4Canonical.unsignedPayload)
  }

  private init(authorization: String, of request: SigV4SignedRequest) throws(SigV4Refusal) {
    guard authorization.hasPrefix("AWS4-HMAC-SHA256 ") else { throw .malformed }
    var parts: [Substring: Substring] = [:]
    for part in authorization.dropFirst(17).split(separator: ",") {
      let part = part.drop { $0 == " " }
      guard let equals = part.firstIndex(of: "="),
        parts.updateValue(part[part.index(after: equals)...], forKey: part[..<equals]) == nil
      else { throw .malformed }
    }
    guard let credential = parts["Credential"], let names = parts["SignedHeaders"], let signature = parts["Signature"],
      let time = request.first("x-amz-date"), let payload = request.first("x-amz-content-sha256")
    else { throw .malformed }
    try self.init(
      place: .header, credential: String(credential), time: time, names: names, signature: String(signature),
      sessionToken: request.first("x-amz-security-token"), payload: payload)
  }

  private init(
    place: Place, credential: String, time: String, names: Substring, signature: String, sessionToken: String?,
    payload: String
  ) throws(SigV4Refusal) {
    guard let slash = credential.firstIndex(of: "/"), time.utf8.count == 16,
      let civil = CivilTime(iso8601: time), signature.utf8.count == 64
    else { throw .malformed }
    self.place = place
    accessKeyID = String(credential[..<slash])
    scope = credential[credential.index(after: slash)...]
    self.time = time
    unixSeconds = civil.unixSeconds
    signedNames = names.split(separator: ";", omittingEmptySubsequences: false)
    self.signature = signature
    self.sessionToken = sessionToken
    self.payload = payload
    guard signedNames == signedNames.sorted(), Set(signedNames).count == signedNames.count else { throw .malformed }
  }
}
