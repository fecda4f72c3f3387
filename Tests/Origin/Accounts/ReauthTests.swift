import HTTP
import Postgres
import Routing
import Signing
import Testing

@testable import Accounts

@Suite struct `A fresh proof of who is there` {
  @Test func `comes for the password, lives five minutes, and is told apart from an access token`() throws {
    try StaffFixture.run { house in
      let ada = try await house.add("ada", .admin)
      let wrong = try await house.post("/auth/reauth/password", #"{"password":"wrong horse"}"#, by: ada)
      #expect(wrong.status == 401 && wrong["detail"] == "Invalid credentials")
      let right = try await house.post("/auth/reauth/password", #"{"password":"\#(adasPassword.text)"}"#, by: ada)
      #expect(right.status == 200 && right["expires_in"] == "300")
      let proof = try #require(right["reauth_token"])
      let claims = try house.accounts.tokens.verify(proof, as: .reauth)
      #expect(claims.sub == ada.id && claims.sessionID == ada.caller.sessionId && claims.mfaAuthenticated == true)
      #expect(claims.exp - claims.iat == 300)
      #expect(await refusal { _ = try await house.accounts.authenticate(proof) } == .invalidToken)
      #expect(await refusal { _ = try await house.accounts.refresh(proof, from: somewhere) } == .invalidToken)
      let access = try await house.post("/auth/reauth/verify", #"{"reauth_token":"\#(ada.access)"}"#)
      #expect(access.status == 401)
    }
  }

  @Test func `comes for a code of this moment, once`() throws {
    try StaffFixture.run { house in
      let ada = try await house.add("ada", .admin)
      func attempt(_ code: String, _ name: String = "code") async throws -> StaffFixture.Reply {
        try await house.post("/auth/reauth/mfa", #"{"\#(name)":"\#(code)"}"#, by: ada)
      }
      let earlier = OneTimePassword(secret: ada.secret).code(at: Timestamp.now.epochSeconds - 30)
      let late = try await attempt(earlier)
      #expect(late.status == 401 && late["detail"] == "Invalid code")
      let code = ada.code
      let right = try await attempt(code)
      let again = try await attempt(code)
      #expect(right.status == 200 && again.status == 401)
      // The login that comes after it cannot have the same code either.
      let challenge = try await house.accounts.challenge(ada.id)
      let login = await refusal {
        _ = try await house.accounts.finishLogin(challenge: challenge, code: code, from: somewhere)
      }
      #expect(login == .wrongCode)
      #expect(try await attempt("12345").status == 422)
      #expect(try await attempt("000000", "cipher").status == 422)
    }
  }

  @Test func `by code needs a second factor, and by password gives none to a session without`() throws {
    try StaffFixture.run { house in
      let pair = try await house.accounts.signUpAda()
      let ada = StaffFixture.Member(
        caller: try await house.accounts.authenticate(pair.access), access: pair.access, secret: [])
      let code = try await house.post("/auth/reauth/mfa", #"{"code":"123456"}"#, by: ada)
      #expect(code.status == 400 && code["detail"] == "MFA not enabled")
      let claims = try house.accounts.tokens.verify(try await house.proof(of: ada), as: .reauth)
      #expect(claims.mfaAuthenticated == false)
    }
  }

  @Test func `is verified as the bearer or in the body, until its session ends`() throws {
    try StaffFixture.run { house in
      let ada = try await house.add("ada", .admin)
      let proof = try await house.proof(of: ada)
      let body = try await house.post(
        "/auth/reauth/verify", #"{"reauth_token":"\#(proof)"}"#, fields: [(.authorization, "Bearer \(ada.access)")])
      let bearer = try await house.post("/auth/reauth/verify", fields: [(.authorization, "Bearer \(proof)")])
      for reply in [body, bearer] {
        #expect(reply.status == 200 && reply["ok"] == "true" && reply["token_type"] == "reauth")
        #expect(reply["expires_in"].flatMap { Int($0) }.map { (290...300).contains($0) } == true)
      }
      let none = try await house.post("/auth/reauth/verify")
      #expect(none.status == 401 && none["detail"] == "Missing credentials")
      _ = try await house.accounts.revokeSessions(of: ada.id, by: ada.caller)
      let ended = try await house.post("/auth/reauth/verify", fields: [(.authorization, "Bearer \(proof)")])
      #expect(ended.status == 401 && ended["detail"] == "Invalid or expired token")
    }
  }

  @Test func `is tried for only so often, by user and by address, right or wrong`() throws {
    try StaffFixture.run { house in
      let ada = try await house.add("ada", .admin)
      _ = try await house.proof(of: ada)
      #expect(house.tries.names.count == 2 && house.tries.names.first == "reauth:pw:\(ada.id)")
      #expect(house.tries.names.last?.hasPrefix("reauth:ip:") == true)
      house.tries.areUsedUp = true
      let password = try await house.post("/auth/reauth/password", #"{"password":"\#(adasPassword.text)"}"#, by: ada)
      let code = try await house.post("/auth/reauth/mfa", #"{"code":"\#(ada.code)"}"#, by: ada)
      #expect(password.status == 429 && code.status == 429)
    }
  }
}
