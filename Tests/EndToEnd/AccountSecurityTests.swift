import HTTP
import Postgres
import Support
import Testing

/// What nobody may do to an account, through edge and origin.
@Suite struct `Accounts over the wire` {
  private let password = "correct horse battery"

  @Test
  func `a repeated key never gives a session to whoever does not send the same password`() throws {
    try Stage.run { stage in
      let house = try await Deployment(on: stage)
      let key: [(FieldName, String)] = [("idempotency-key", "\"k\"")]
      let first = try await house.signUp("ada@example.org", password, fields: key)
      #expect(first.status == 201)
      let again = try await house.signUp("ada@example.org", password, fields: key)
      #expect(again.status == 201 && again["access_token"] == first["access_token"])
      let other = try await house.signUp("ada@example.org", "another password", fields: key)
      #expect(other.status == 422 && other["access_token"] == nil)
      let login = try await house.logIn("ada@example.org", "another password", fields: key)
      #expect(login.status == 401 && login["access_token"] == nil)

      let staff = try await house.makeAdmin()
      let challenge = try await house.logIn(staff.email, staff.password, fields: key)
      #expect(challenge.status == 200 && challenge["mfa_token"] != nil)
      for (email, password) in [(staff.email, "wrong horse"), ("ada@example.org", "wrong horse")] {
        let answer = try await house.logIn(email, password, fields: key)
        #expect(answer.status >= 400 && answer["mfa_token"] == nil && answer["access_token"] == nil)
      }
    }
  }

  @Test
  func `of eight refreshes at once one wins, and the reuse ends the family`() throws {
    try Stage.run { stage in
      let house = try await Deployment(on: stage)
      let first = try await house.signUp("ada@example.org", password)
      let answers = await concurrently(8, on: stage.loop) { _ in
        try? await house.refresh(first["refresh_token"] ?? "")
      }
      let winners = answers.compactMap(\.self).filter { $0.status == 200 }
      #expect(winners.count == 1)
      #expect(answers.compactMap(\.self).filter { $0.status == 401 }.count == 7)
      #expect(try await house.refresh(winners.first?["refresh_token"] ?? "").status == 401)
      #expect(try await house.asUser(winners.first?["access_token"]) == 401)
    }
  }

  @Test
  func `logging out ends the access token too`() throws {
    try Stage.run { stage in
      let house = try await Deployment(on: stage)
      let session = try await house.signUp("ada@example.org", password)
      #expect(try await house.asUser(session["access_token"]) == 403)
      #expect(try await house.logOut(session["refresh_token"] ?? "").status == 200)
      #expect(try await house.asUser(session["access_token"]) == 401)
      #expect(try await house.refresh(session["refresh_token"] ?? "").status == 401)
    }
  }

  @Test
  func `only a token of the right kind opens a door`() throws {
    try Stage.run { stage in
      let house = try await Deployment(on: stage)
      let user = try await house.signUp("ada@example.org", password)
      #expect(try await house.asUser(user["refresh_token"]) == 401)
      #expect(try await house.asUser(nil) == 401)
      #expect(try await house.asUser("garbage") == 401)
      #expect(try await house.asAdmin(user["access_token"]) == 403)
      #expect(try await house.refresh(user["access_token"] ?? "").status == 401)

      let staff = try await house.makeAdmin()
      let challenge = try await house.logIn(staff.email, staff.password)
      #expect(challenge["access_token"] == nil && challenge["mfa_required"] == "true")
      #expect(try await house.asAdmin(challenge["mfa_token"]) == 401)
      #expect(try await house.refresh(challenge["mfa_token"] ?? "").status == 401)
    }
  }

  @Test
  func `an admin is one by the second factor only, and a code or a challenge works once`() throws {
    try Stage.run { stage in
      let house = try await Deployment(on: stage)
      let user = try await house.signUp("ada@example.org", password)
      try await house.promote("ada@example.org")
      #expect(try await house.asAdmin(user["access_token"]) == 403, "an admin's role without the second factor")
      let renewed = try await house.refresh(user["refresh_token"] ?? "")
      #expect(try await house.asAdmin(renewed["access_token"]) == 403, "a refresh adds none")
      let proof = try await house.edge.post(
        "/api/v1/auth/reauth/password", "{\"password\":\"\(password)\"}", token: renewed["access_token"])
      #expect(proof.status == 200 && proof["reauth_token"] != nil)
      #expect(try await house.asAdmin(proof["reauth_token"]) == 401, "a proof is no access token")

      let staff = try await house.makeAdmin()
      let challenge = try await house.logIn(staff.email, staff.password)["mfa_token"] ?? ""
      let code = staff.code()
      let admin = try await house.finishLogin(challenge, code: code)
      #expect(try await house.asAdmin(admin["access_token"]) == 200)
      #expect(try await house.finishLogin(challenge, code: code).status == 401)
      let second = try await house.logIn(staff.email, staff.password)["mfa_token"] ?? ""
      #expect(try await house.finishLogin(second, code: code).status == 401)
      let refreshed = try await house.refresh(admin["refresh_token"] ?? "")
      #expect(try await house.asAdmin(refreshed["access_token"]) == 200)
    }
  }

  @Test
  func `no header turns a limit off`() throws {
    try Stage.run { stage in
      let house = try await Deployment(on: stage)
      var statuses: [UInt16] = []
      for attempt in 0..<7 {
        let fields: [(FieldName, String)] = [
          ("x-ratelimit-bypass", "1"), ("x-forwarded-for", "192.0.2.\(attempt)"), ("x-real-ip", "192.0.2.\(attempt)"),
          ("forwarded", "for=192.0.2.\(attempt)"), ("edge-client", "v1;e1;0;192.0.2.\(attempt);DE;x;x"),
        ]
        statuses.append(try await house.logIn("ada@example.org", "wrong horse", fields: fields).status)
      }
      #expect(statuses == [401, 401, 401, 401, 401, 429, 429])
    }
  }

  @Test
  func `an address is verified by its mail, for good, and nobody learns who has an account`() throws {
    try Stage.run { stage in
      let mail = try stage.folder()
      let house = try await Deployment(on: stage, .init(originSettings: ["MAIL_FOLDER": mail.path]))
      _ = try await house.signUp("ada@example.org", password)
      #expect(try await house.logIn("ada@example.org", password).status == 403)
      let token = try await house.mailedToken(in: mail)
      #expect(try await house.edge.post("/api/v1/auth/verify-email", "{\"token\":\"\(token)\"}").status == 200)
      #expect(try await house.logIn("ada@example.org", password).status == 200)

      let known = try await house.resendVerification("ada@example.org")
      let unknown = try await house.resendVerification("eve@example.org")
      #expect(known.status == 200 && known.body == unknown.body)
      let wrong = try await house.logIn("ada@example.org", "wrong horse")
      let nobody = try await house.logIn("eve@example.org", "wrong horse")
      #expect(wrong.status == 401 && nobody.status == 401 && wrong["detail"] == nobody["detail"])
    }
  }

  @Test
  func `every byte of a password counts`() throws {
    try Stage.run { stage in
      let house = try await Deployment(on: stage)
      let long = String(repeating: "horse ", count: 16)
      let user = try await house.signUp("ada@example.org", long)
      for (password, status) in [(String(long.prefix(72)), 401), (String(long.dropLast(2)), 401), (long, 403)] {
        // 403: right, of an address that is not verified yet.
        #expect(try await house.logIn("ada@example.org", password).status == UInt16(status))
      }
      #expect(user.status == 201)
    }
  }

  @Test
  func `a refused body is not shown again`() throws {
    try Stage.run { stage in
      let house = try await Deployment(on: stage)
      for password in ["", "hunter2", String(repeating: "hunter2", count: 200)] {
        let answer = try await house.signUp("ada@example.org", password)
        #expect(answer.status == 422 && !answer.text.contains("hunter2"))
      }
      let answer = try await house.edge.post("/api/v1/auth/login", "{\"email\":7,\"password\":\"hunter2\"}")
      #expect(answer.status == 422 && !answer.text.contains("hunter2"))
    }
  }
}

extension Deployment {
  /// As an operator would who does not know better.
  fileprivate func promote(_ email: String) async throws {
    let pool = PostgresPool(on: loop, try PostgresSettings(url: database))
    defer { pool.close() }
    try await pool.execute("UPDATE users SET role = 'ADMIN' WHERE email = \(email)")
  }

  fileprivate func resendVerification(_ email: String) async throws -> Answer {
    try await edge.post("/api/v1/auth/resend-verification", "{\"email\":\"\(email)\"}")
  }

  fileprivate func mailedToken(in folder: TemporaryFolder) async throws -> String {
    var token: Substring?
    try await eventually("a mail is written", on: loop) {
      token = folder.texts.last?.split(separator: "token=").dropFirst().first?.prefix { !$0.isWhitespace }
      return token != nil
    }
    return String(token ?? "")
  }
}
