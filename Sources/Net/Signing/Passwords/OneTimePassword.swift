/// One-time passwords by counter (HOTP, RFC 4226) and by time (TOTP, RFC 6238).
package struct OneTimePassword: Sendable {
  package enum Algorithm: String, Sendable, CaseIterable { case sha1 = "SHA1", sha256 = "SHA256", sha512 = "SHA512" }

  private let secret: [UInt8]
  private let algorithm: Algorithm
  private let digits: Int
  private let stepSeconds: Int64

  /// The defaults are the only ones that every authenticator app reads.
  package init(secret: [UInt8], algorithm: Algorithm = .sha1, digits: Int = 6, stepSeconds: Int64 = 30) {
    precondition((6...8).contains(digits) && stepSeconds > 0)
    self.secret = secret
    self.algorithm = algorithm
    self.digits = digits
    self.stepSeconds = stepSeconds
  }

  /// The step whose code this is, within `window` steps of now; nil if none. The caller stores the step and refuses it
  /// and all before it from then on, or a code seen over a shoulder works twice.
  package func step(of code: String, at unixSeconds: Int64, window: Int64 = 1) -> Int64? {
    let now = unixSeconds / stepSeconds
    var found: Int64?
    // All of them, whatever matches: the time taken shall not tell which.
    for step in max(0, now - window)...(now + window)
    where ConstantTime.equal(self.code(counter: UInt64(step)), code) {
      found = step
    }
    return found
  }

  package func code(at unixSeconds: Int64) -> String { code(counter: UInt64(unixSeconds / stepSeconds)) }

  /// Source: RFC 4226 §5.3, dynamic truncation.
  package func code(counter: UInt64) -> String {
    let message = (0..<8).reversed().map { UInt8(truncatingIfNeeded: counter >> (UInt64($0) * 8)) }
    let digest = hash(message)
    let offset = Int(digest[digest.count - 1] & 15)
    let number = (0..<4).reduce(UInt32(0)) { $0 << 8 | UInt32(digest[offset + $1]) } & 0x7fff_ffff
    var modulus: UInt32 = 1
    for _ in 0..<digits { modulus *= 10 }
    let text = String(number % modulus)
    return String(repeating: "0", count: digits - text.count) + text
  }

  private func hash(_ message: [UInt8]) -> Digest {
    switch algorithm {
    case .sha1: HMAC<SHA1>(key: secret).sign(message)
    case .sha256: HMAC<SHA256>(key: secret).sign(message)
    case .sha512: HMAC<SHA512>(key: secret).sign(message)
    }
  }
}
