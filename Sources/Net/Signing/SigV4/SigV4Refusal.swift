/// Why a signed request is refused. Each has the code that S3 would answer with.
package enum SigV4Refusal: Error, Equatable, Sendable {
  /// Neither `Authorization` nor `X-Amz-Signature`.
  case unsigned
  /// A part is missing, doubled or not in its form.
  case malformed
  case unknownKey
  /// Temporary credentials: the session token is not the key's.
  case wrongToken
  case wrongScope
  /// A field that must be signed is not: `host` or one of `x-amz-*`.
  case unsignedField(String)
  case wrongSignature
  case notYetValid
  case expired
  /// Beyond seven days.
  case lifetimeTooLong
  /// A header-signed request whose date is more than 15 minutes off.
  case clockSkew

  package var code: String {
    switch self {
    case .unsigned, .unsignedField, .notYetValid, .expired: "AccessDenied"
    case .malformed, .wrongScope: "AuthorizationHeaderMalformed"
    case .lifetimeTooLong: "AuthorizationQueryParametersError"
    case .unknownKey: "InvalidAccessKeyId"
    case .wrongToken: "InvalidToken"
    case .wrongSignature: "SignatureDoesNotMatch"
    case .clockSkew: "RequestTimeTooSkewed"
    }
  }

  package var message: String {
    switch self {
    case .unsigned: "Access Denied"
    case .malformed: "The authorization is malformed"
    case .unknownKey: "The AWS Access Key Id you provided does not exist in our records."
    case .wrongToken: "The provided token is malformed or otherwise invalid."
    case .wrongScope: "The authorization is malformed; the credential's scope is wrong"
    case .unsignedField(let name): "There were headers present in the request which were not signed: \(name)"
    case .wrongSignature: "The request signature we calculated does not match the signature you provided."
    case .notYetValid: "Request is not valid yet"
    case .expired: "Request has expired"
    case .lifetimeTooLong: "X-Amz-Expires must be between 1 and 604800 seconds"
    case .clockSkew: "The difference between the request time and the current time is too large."
    }
  }
}
