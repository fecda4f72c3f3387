import HTTP
import Postgres
import Routing
import Signing
import Support
import Testing

@testable import Accounts

/// What the existing web client sends and reads, beyond the contract of the routes. Source: contract/web-client.md.
@Suite struct `The web client` {
  private static let signUp = """
    {"email":"ada@example.org","password":"correct horse","full_name":"Ada","confirm_password":"correct horse"}
    """
  private static let page: (FieldName, String) = (.origin, "https://m.example")

  @Test func `refreshes and logs out without a body, by a cookie that no script reads`() throws {
    try StaffFixture.run { house in
      let first = try await house.post("/auth/signup", Self.signUp)
      let cookie = try #require(first.fields.first(.setCookie))
      for attribute in ["HttpOnly", "Secure", "SameSite=Lax", "Path=/api/v1/auth"] {
        #expect(cookie.contains(attribute))
      }
      let second = try await house.post("/auth/refresh-token", fields: [(.cookie, pair(in: first)), Self.page])
      #expect(second.status == 200 && second["access_token"] != nil)
      let out = try await house.post("/auth/logout", fields: [(.cookie, pair(in: second)), Self.page])
      #expect(out.status == 200 && out.fields.first(.setCookie)?.contains("Max-Age=0") == true)
      let late = try await house.post("/auth/refresh-token", fields: [(.cookie, pair(in: second)), Self.page])
      #expect(late.status == 401)
    }
  }

  @Test func `alone uses the cookie: no other page may, and the session survives that one's try`() throws {
    try StaffFixture.run { house in
      let first = try await house.post("/auth/signup", Self.signUp)
      for path in ["/auth/refresh-token", "/auth/logout"] {
        for origin in [[(FieldName.origin, "https://evil.example")], []] {
          let reply = try await house.post(path, fields: [(.cookie, pair(in: first))] + origin)
          #expect(reply.status == 403)
        }
      }
      let own = try await house.post("/auth/refresh-token", fields: [(.cookie, pair(in: first)), Self.page])
      #expect(own.status == 200)
    }
  }

  @Test func `sets the second factor up by its own names for secret, address and code`() throws {
    try StaffFixture.run { house in
      let pair = try await house.accounts.signUpAda()
      let ada = StaffFixture.Member(
        caller: try await house.accounts.authenticate(pair.access), access: pair.access, secret: [])
      let enrolment = try await house.post("/auth/mfa/enable", by: ada)
      let secret = try #require(enrolment["secret_base32"])
      #expect(enrolment["secret"] == secret)
      for name in ["qr_code_url", "otpauth_url", "provisioning_uri"] {
        #expect(enrolment[name]?.hasPrefix("otpauth://totp/MoviesNow:ada") == true)
      }
      let code = OneTimePassword(secret: Base32.decode(secret)!).code(at: Timestamp.now.epochSeconds)
      let reply = try await house.post(
        "/auth/mfa/verify-enable", #"{"totp_code":"\#(code)","remember_device":true}"#, by: ada)
      #expect(reply.status == 200 && reply["message"] == "MFA enabled successfully." && reply["mfa_token"] != nil)
    }
  }

  @Test func `reads the success of a verified address, by GET and by POST`() throws {
    try StaffFixture.run { house in
      _ = try await house.accounts.signUpAda()
      let token = try await house.accounts.mailedToken()
      let reply = try await house.post("/auth/verify-email", #"{"token":"\#(token)"}"#)
      #expect(reply.status == 200 && reply["ok"] == "true")
      let again = try await house.routes.answer(.get, "/api/v1/auth/verify-email?token=\(token)").response
      #expect(again.status.code == 400 && again.text.contains("Invalid or expired token."))
    }
  }

  /// Name and value of the cookie that an answer set.
  private func pair(in reply: StaffFixture.Reply) -> String {
    String((reply.fields.first(.setCookie) ?? "").prefix { $0 != ";" })
  }
}
