/// Makes compact JSON Web Tokens with one key.
package struct JWTSigner: Sendable {
  private let key: JWTKey
  /// The encoded header and its dot: the same in every token.
  private let prefix: String

  package init(key: JWTKey) {
    self.key = key
    prefix = Base64.url.encode(Array(#"{"alg":"\#(key.algorithm.rawValue)","typ":"JWT"}"#.utf8)) + "."
  }

  /// `claims` is a JSON object, signed as it is. The key must be one that signs.
  package func sign(claims: [UInt8]) -> String {
    let signed = prefix + Base64.url.encode(claims)
    guard let signature = key.sign(Array(signed.utf8)) else { preconditionFailure("a key that only verifies") }
    return "\(signed).\(Base64.url.encode(signature))"
  }
}
