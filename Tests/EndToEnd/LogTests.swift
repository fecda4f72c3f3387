import Signing
import Support
import Testing

/// What a deployment writes about a whole evening.
@Suite struct `The logs` {
  @Test
  func `hold no password, no token, no signed URL and no key`() throws {
    try Stage.run { stage in
      let house = try await Deployment(on: stage, .init(originSettings: ["PUBLIC_API_KEY": "public-key-of-the-app"]))
      var secrets = [
        "correct horse battery", "wrong horse battery", "public-key-of-the-app", "one-time-token-of-tests",
      ]
      let user = try await house.signUp("ada@example.org", secrets[0])
      _ = try await house.logIn("ada@example.org", secrets[1])
      let staff = try await house.makeAdmin()
      let challenge = try await house.logIn(staff.email, staff.password)
      let admin = try await house.finishLogin(challenge["mfa_token"] ?? "", code: staff.code())
      let refreshed = try await house.refresh(user["refresh_token"] ?? "")
      _ = try await house.refresh(user["refresh_token"] ?? "")
      #expect(try await house.asAdmin(admin["access_token"]) == 200)
      #expect(try await house.edge.get("/api/v1/titles?api_key=public-key-of-the-app").status == 200)
      #expect(try await house.edge.get("/api/v1/titles?api_key=guess").status == 401)

      try await house.objects.put("bundles/sintel/S01.zip", [1])
      try await house.mint("one-time-token-of-tests")
      let granted = try await house.issue("bundles/sintel/S01.zip", token: "one-time-token-of-tests")
      #expect(granted.status == 200)

      secrets += [staff.password, staff.secret, "X-Amz-Signature", house.objects.credentials.secretAccessKey]
      secrets += [user, challenge, admin, refreshed].flatMap {
        [$0["access_token"], $0["refresh_token"], $0["mfa_token"]].compactMap(\.self)
      }
      secrets += house.originProgram.environment.filter { $0.key == "JWT_SECRET_KEY" }.map(\.value)
      #expect(secrets.count >= 15)
      for program in house.edgePrograms + [house.originProgram] {
        for secret in secrets { #expect(!program.output.contains(secret)) }
      }
    }
  }
}
