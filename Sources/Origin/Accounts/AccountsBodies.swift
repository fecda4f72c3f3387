internal import Routing

// What the routes read and write, in the contract's shapes.

struct SignUpInput: Codable {
  /// Checked by the handler: the contract wants 400 for a bad address here, not 422.
  let email: String
  let password: Password
  let fullName: FullName?
}

struct LoginInput: Codable {
  let email: Email
  let password: String
}

struct MFALoginInput: Codable {
  let mfaToken: String
  let totpCode: OneTimeCode
}

struct RefreshInput: Codable {
  let refreshToken: String
  let revokeAll: Bool?
}

struct EmailInput: Codable { let email: String }
struct TokenInput: Codable { let token: String }
struct CodeInput: Codable { let code: OneTimeCode }
struct PasswordInput: Codable { let password: String }
struct UserInput: Codable { let userId: String }

struct SignedIn: Codable {
  let accessToken: String
  let refreshToken: String
  let tokenType: String
  let isActive: Bool

  init(_ pair: TokenPair) {
    accessToken = pair.access
    refreshToken = pair.refresh
    tokenType = "bearer"
    isActive = true
  }
}

/// Tokens, or the challenge that comes before them.
struct LoginAnswer: Codable {
  var accessToken: String?
  var refreshToken: String?
  var tokenType: String?
  var isActive: Bool?
  var mfaRequired: Bool?
  var mfaToken: String?

  init(_ pair: TokenPair) {
    accessToken = pair.access
    refreshToken = pair.refresh
    tokenType = "bearer"
    isActive = true
  }

  init(challenge: String) {
    mfaRequired = true
    mfaToken = challenge
  }
}

struct Acknowledgement: Codable {
  let message: String
  /// The web client's sign of success.
  var ok = true

  init(_ message: String) { self.message = message }
}

struct MFAEnrolment: Codable {
  let secret: String
  let qrCodeUrl: String
  let otpauthUrl: String
}

struct MFAConfirmation: Codable {
  let message: String
  let mfaToken: String
}
