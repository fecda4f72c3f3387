internal import HTTP
internal import Routing
internal import Signing

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

/// The web client's name for the code of its second factor is `totp_code`.
struct CodeInput: Codable {
  let code: OneTimeCode?
  let totpCode: OneTimeCode?

  func shown() throws(Problem) -> String {
    guard let shown = code ?? totpCode else { throw Problem(.unprocessableContent, "body.code: Field required") }
    return shown.text
  }
}

struct EmailInput: Codable { let email: String }
struct TokenInput: Codable { let token: String }
struct PasswordInput: Codable { let password: String }
struct UserInput: Codable { let userId: String }
struct ReauthTokenInput: Codable { let reauthToken: String }

struct RoleInput: Codable {
  /// May also stand in `X-Reauth`.
  let reauthToken: String?
  /// Lets make-admin take a superuser's rank.
  let allowDemotion: Bool?
}

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
  let secretBase32: String
  let qrCodeUrl: String
  let otpauthUrl: String
  let provisioningUri: String

  /// Once in the contract's names, once in the web client's.
  init(_ uri: OTPAuthURI) {
    secret = uri.secret
    secretBase32 = uri.secret
    qrCodeUrl = uri.text
    otpauthUrl = uri.text
    provisioningUri = uri.text
  }
}

struct MFAConfirmation: Codable {
  let message: String
  let mfaToken: String
}

/// A proof that the caller has just shown a secret of theirs.
struct ReauthAnswer: Codable {
  let reauthToken: String
  let expiresIn: Int64

  init(_ reauthentication: Reauthentication) {
    reauthToken = reauthentication.token
    expiresIn = reauthentication.lifetime.components.seconds
  }
}

struct ReauthState: Codable {
  var ok = true
  var tokenType = "reauth"
  let expiresIn: Int64
}

struct RoleAnswer: Codable {
  let message: String
  let user: [String: String]
  let role: Role
}
