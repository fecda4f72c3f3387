import Glibc
import Support
import Testing

@testable import Signing

@Suite struct `JSON Web Tokens` {
  private let now: Int64 = 1_800_000_000

  @Test(arguments: TokenVectors.jwt.filter { $0.expect == "accept" && $0.alg != "RS256" })
  func `a published token is accepted, and signed again byte for byte`(vector: TokenVectors.JWT) throws {
    let key = try #require(vector.jwtKey)
    let claims = try verifier(key).verify(vector.token, at: now)
    #expect(claims.subject == "user-1" && claims.id == "abc")
    #expect(try claims.decode(Scope.self).scope == ["play", "admin"])
    #expect(JWTSigner(key: key).sign(claims: claims.payload) == vector.token)
  }

  @Test(arguments: TokenVectors.jwt.filter { $0.expect == "refuse" })
  func `a published bad token is refused for its reason`(vector: TokenVectors.JWT) throws {
    let reasons: [String: JWTRefusal] = [
      "expired": .expired, "not yet valid": .notYetValid, "wrong audience": .wrongAudience,
      "alg none": .wrongAlgorithm, "other key": .wrongSignature, "signature stripped": .wrongSignature,
      "payload swapped": .wrongSignature, "two dots only": .malformed, "crit header": .unsupportedHeader,
      "HS256 with the RSA public key as secret (key confusion)": .wrongSignature,
      "no exp claim (exp is required)": .missing(.exp),
    ]
    let key = JWTKey.hs256(Array("0123456789abcdef0123456789abcdef".utf8))
    let reason = try #require(reasons[vector.note ?? ""])
    #expect(throws: reason) { try verifier(key).verify(vector.token, at: now) }
  }

  @Test func `a token of a clock that is a little ahead is accepted, one of the future is not`() throws {
    let key = JWTKey.hs256(Array("0123456789abcdef0123456789abcdef".utf8))
    func token(ahead seconds: Int64) -> String {
      let start = now + seconds
      let claims = #"{"jti":"1","iat":\#(start),"nbf":\#(start),"exp":\#(start + 60)}"#
      return JWTSigner(key: key).sign(claims: Array(claims.utf8))
    }
    #expect(try JWTVerifier(key: key).verify(token(ahead: 30), at: now).id == "1")
    #expect(throws: JWTRefusal.notYetValid) { try JWTVerifier(key: key).verify(token(ahead: 31), at: now) }
  }

  @Test func `RS256 is signed and verified as OpenSSL does both`() throws {
    let folder = try TemporaryFolder()
    defer { folder.remove() }
    func signedPart(_ claims: String) -> String { "eyJhbGciOiJSUzI1NiJ9.\(Base64.url.encode(Array(claims.utf8)))" }
    let signed = signedPart(#"{"exp":1900000000,"jti":"1"}"#)
    func openssl(_ command: String, _ files: [String: [UInt8]] = [:]) throws {
      for (name, bytes) in files { try folder.write(bytes, to: name) }
      #expect(unsafe system("cd \(folder.path) && openssl \(command) >/dev/null 2>&1") == 0, "\(command)")
    }
    try openssl("genpkey -algorithm RSA -pkeyopt rsa_keygen_bits:2048 -out key.pem")
    try openssl("pkey -in key.pem -pubout -out public.pem")
    try openssl("dgst -sha256 -sign key.pem -out signature text", ["text": Array(signed.utf8)])

    let verifying = try #require(JWTKey.rs256(publicPEM: folder.text("public.pem")))
    let theirs = "\(signed).\(Base64.url.encode(try folder.bytes("signature")))"
    #expect(try JWTVerifier(key: verifying).verify(theirs, at: now).id == "1")
    let other = theirs.replacing(signed, with: signedPart(#"{"exp":1900000000,"jti":"9"}"#))
    #expect(throws: JWTRefusal.wrongSignature) { try JWTVerifier(key: verifying).verify(other, at: now) }

    let signing = try #require(JWTKey.rs256(privatePEM: folder.text("key.pem")))
    let ours = JWTSigner(key: signing).sign(claims: Array(#"{"exp":1900000000,"jti":"2"}"#.utf8)).split(separator: ".")
    #expect(try JWTVerifier(key: verifying).verify(ours.joined(separator: "."), at: now).id == "2")
    let signature = try #require(Base64.url.decode(String(ours[2])))
    try openssl(
      "dgst -sha256 -verify public.pem -signature ours text",
      ["text": Array("\(ours[0]).\(ours[1])".utf8), "ours": signature])
  }

  @Test func `a token of another algorithm is refused before its signature is looked at`() throws {
    let token = try #require(TokenVectors.jwt.first { $0.alg == "RS256" }).token
    let key = JWTKey.hs256([UInt8](repeating: 7, count: 32))
    #expect(throws: JWTRefusal.wrongAlgorithm) { try verifier(key).verify(token, at: now) }
  }

  @Test func `a token that names an audience is refused where none is expected`() throws {
    let key = JWTKey.hs256([UInt8](repeating: 7, count: 32))
    let token = JWTSigner(key: key).sign(claims: Array(#"{"aud":"edge","exp":1900000000,"jti":"1"}"#.utf8))
    #expect(throws: JWTRefusal.wrongAudience) { try JWTVerifier(key: key).verify(token, at: now) }
  }

  @Test func `a token is expired in the second of its exp`() throws {
    let key = JWTKey.hs256([UInt8](repeating: 7, count: 32))
    let token = JWTSigner(key: key).sign(claims: Array(#"{"exp":1800000000,"jti":"1"}"#.utf8))
    _ = try JWTVerifier(key: key).verify(token, at: now - 1)
    #expect(throws: JWTRefusal.expired) { try JWTVerifier(key: key).verify(token, at: now) }
  }

  private func verifier(_ key: JWTKey) -> JWTVerifier {
    JWTVerifier(key: key, issuer: "origin", audience: "edge", required: [.exp, .sub])
  }

  private struct Scope: Decodable { var scope: [String] }
}
