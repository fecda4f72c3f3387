/// What a signature says about the body.
package enum SigV4Payload: Equatable, Sendable {
  /// The body's SHA-256 in lower-case hexadecimal; `empty` where there is none.
  case sha256(String)
  /// Only over a connection that itself is safe, or loopback.
  case unsigned

  package static let empty = SigV4Payload.sha256(SHA256.hash([]).hex)

  package static func hash(of body: [UInt8]) -> SigV4Payload { .sha256(SHA256.hash(body).hex) }

  var text: String {
    switch self {
    case .sha256(let hex): hex
    case .unsigned: SigV4Canonical.unsignedPayload
    }
  }
}

extension SigV4Signer {
  /// The fields to send besides the request's own: date, payload, token and `authorization`. The client must send
  /// `host` as the address has it. Source: AWS, "Authenticating Requests: Using the Authorization Header".
  package mutating func authorize(
    _ request: SigV4Request, payload: SigV4Payload, at unixSeconds: Int64
  ) -> [SigV4Field] {
    refresh(at: unixSeconds)
    var added = [SigV4Field("x-amz-date", amzDate), SigV4Field("x-amz-content-sha256", payload.text)]
    if let token = credentials.sessionToken { added.append(SigV4Field("x-amz-security-token", token)) }
    let host = SigV4Field("host", String(decoding: request.address.host, as: UTF8.self))
    let headers = SigV4Canonical.headers(request.headers + added + [host])
    added.append(SigV4Field("authorization", authorization(of: request, headers: headers, payload: payload.text)))
    return added
  }
}
