import Glibc
import HTTP
import Redis
import Signing
import Support
import Testing

/// What people with an account do, through the edge.
extension Deployment {
  func signUp(_ email: String, _ password: String, fields: [(FieldName, String)] = []) async throws -> Answer {
    try await edge.post(
      "/api/v1/auth/signup", "{\"email\":\"\(email)\",\"password\":\"\(password)\"}", fields: fields)
  }

  func logIn(_ email: String, _ password: String, fields: [(FieldName, String)] = []) async throws -> Answer {
    try await edge.post(
      "/api/v1/auth/login", "{\"email\":\"\(email)\",\"password\":\"\(password)\"}", fields: fields)
  }

  func finishLogin(_ challenge: String, code: String) async throws -> Answer {
    try await edge.post("/api/v1/auth/mfa-login", "{\"mfa_token\":\"\(challenge)\",\"totp_code\":\"\(code)\"}")
  }

  func refresh(_ token: String) async throws -> Answer {
    try await edge.post("/api/v1/auth/refresh-token", "{\"refresh_token\":\"\(token)\"}")
  }

  func logOut(_ refreshToken: String) async throws -> Answer {
    try await edge.post("/api/v1/auth/logout", "{\"refresh_token\":\"\(refreshToken)\"}")
  }

  /// Any route for users: 401 for whoever is not signed in.
  func asUser(_ token: String?) async throws -> UInt16 {
    try await edge.post("/api/v1/auth/mfa/disable", "{\"password\":\"not this one\"}", token: token).status
  }

  /// Any route for admins.
  func asAdmin(_ token: String?) async throws -> UInt16 {
    try await edge.send(.get, "/api/v1/admin/titles", token: token).status
  }

  /// Rates are limited by address, and all of a test's people have the same.
  func forgetRateLimits() async throws { try await forget("rate-limit:*") }

  func forget(_ pattern: String) async throws {
    for name in try await keys.send("KEYS", pattern).array ?? [] { try await keys.send("DEL", name.text ?? "") }
  }

  /// What `moviesnow user create --admin` makes.
  func makeAdmin() async throws -> Staff {
    let made = try await stage.run(
      "moviesnow", ["user", "create", "staff@example.org", "--admin", "--config", Self.originFile],
      environment: originProgram.environment)
    #expect(made.status == 0, "\(made.output)")
    let values = made.output.split(separator: "\n").map { $0.split(separator: "\t").last.map(String.init) ?? "" }
    let secret = values[2].split(separator: "secret=")[1].prefix { $0 != "&" }
    return Staff(email: values[0], password: values[1], secret: String(secret))
  }

  /// An admin's access token, by password and code.
  func signIn(_ admin: Staff) async throws -> Answer {
    let challenge = try await logIn(admin.email, admin.password)
    return try await finishLogin(challenge["mfa_token"] ?? "", code: admin.code())
  }
}

struct Staff {
  let email: String
  let password: String
  /// Base32.
  let secret: String

  /// What the authenticator app shows; `later` steps of 30 seconds from now.
  func code(later steps: Int64 = 0) -> String {
    OneTimePassword(secret: Base32.decode(secret) ?? []).code(at: Int64(time(nil)) + 30 * steps)
  }
}
