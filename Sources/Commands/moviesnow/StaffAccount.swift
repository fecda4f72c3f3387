internal import Accounts
internal import FoundationEssentials
internal import Loop
internal import OriginServer
internal import Postgres
internal import Routing
internal import Signing

/// What someone signs in with, made at random.
struct StaffAccount: Codable {
  let email: String
  let password: String
  /// Base32, for an authenticator app.
  let totpSecret: String

  init(email: Email) {
    self.email = email.text
    password = RandomBytes.token(18)
    totpSecret = Base32.encode(RandomBytes.make(20))
  }

  private enum CodingKeys: String, CodingKey {
    case email, password
    case totpSecret = "totp_secret"
  }

  var uri: String { OTPAuthURI(secret: totpSecret, name: email, issuer: "MoviesNow").text }

  /// Makes the account in the origin's database.
  /// - Throws: `AccountsError.emailTaken`, and what PostgreSQL says.
  func create(_ role: Role, in settings: OriginSettings, on loop: EventLoop) async throws {
    let pool = PostgresPool(on: loop, settings.database)
    defer { pool.close() }
    guard let email = Email(email), let password = Password(password) else { throw AccountsError.wrongCredentials }
    try await AccountRegistry(on: loop, pool, settings.accounts)
      .createStaff(email, password, totpSecret: totpSecret, role: role)
  }
}
