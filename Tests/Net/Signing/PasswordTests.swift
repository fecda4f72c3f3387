import Testing

@testable import Signing

@Suite struct `One-time passwords` {
  @Test(arguments: TokenVectors.totp)
  func `a time gives the published code`(vector: TokenVectors.TOTP) throws {
    let password = OneTimePassword(
      secret: try #require(Base32.decode(vector.secret_b32)),
      algorithm: try #require(OneTimePassword.Algorithm(rawValue: vector.alg)),
      digits: vector.digits, stepSeconds: vector.step)
    #expect(password.code(at: vector.time) == vector.code)
    #expect(password.step(of: vector.code, at: vector.time, window: 0) == vector.time / vector.step)
  }

  @Test(arguments: TokenVectors.hotp)
  func `a counter gives the published code`(vector: TokenVectors.HOTP) throws {
    let password = OneTimePassword(secret: try #require(Base32.decode(vector.secret_b32)))
    #expect(password.code(counter: vector.counter) == vector.code)
  }

  @Test func `a code holds one step before and after its own`() {
    let password = OneTimePassword(secret: [1, 2, 3])
    let code = password.code(at: 3_000)
    #expect([2_969, 2_970, 3_030, 3_059].map { password.step(of: code, at: $0) } == [nil, 100, 100, 100])
    #expect(password.step(of: code, at: 3_060) == nil)
  }

  @Test(arguments: TokenVectors.uris)
  func `an otpauth address is written as published`(vector: TokenVectors.URI) {
    let parts = vector.parsed
    #expect(OTPAuthURI(secret: parts.secret, name: parts.name, issuer: parts.issuer).text == vector.uri)
  }
}

@Suite struct `Password hashes` {
  @Test(arguments: TokenVectors.argon2)
  func `a published hash is verified or refused`(vector: TokenVectors.Argon2) throws {
    #expect(try PasswordHash.verify(vector.password, against: vector.encoded) == (vector.expect == "verify"))
  }

  @Test func `a new hash verifies its password and no other, and is up to date`() throws {
    let encoded = try PasswordHash.make("correct horse")
    #expect(encoded.hasPrefix("$argon2id$v=19$m=19456,t=2,p=1$"))
    #expect(try PasswordHash.verify("correct horse", against: encoded))
    #expect(try !PasswordHash.verify("correct hors", against: encoded))
    #expect(!PasswordHash.isOutdated(encoded))
  }

  @Test func `a hash that would cost gigabytes is refused unread`() {
    let encoded = "$argon2id$v=19$m=4194304,t=2,p=1$c29tZXNhbHRzb21lc2FsdA$9r/g4w+76hn4zwmE85iEkg"
    #expect(throws: PasswordHash.Failure.unreadable) { try PasswordHash.verify("x", against: encoded) }
  }
}
