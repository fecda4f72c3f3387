import Loop
import Postgres
import Routing
import Signing
import Testing

@testable import Accounts

@Suite struct `Logging in` {
  @Test func `is refused for a wrong password, an unknown user, an unverified address, a shut account`() throws {
    try withAccounts { accounts, _ in
      _ = try await accounts.signUpAda()
      func attempt(_ email: Email, _ password: String) async -> AccountsError? {
        await refusal { _ = try await accounts.login(email, password, from: somewhere) }
      }
      let wrong = await attempt(ada, "wrong horse")
      let unknown = await attempt(Email("bob@example.org")!, adasPassword.text)
      let unverified = await attempt(ada, adasPassword.text)
      try await accounts.verifyAda()
      try await accounts.postgres.execute("UPDATE users SET is_active = false")
      let shut = await attempt(ada, adasPassword.text)
      #expect(
        [wrong, unknown, unverified, shut] == [.wrongCredentials, .wrongCredentials, .emailNotVerified, .deactivated])
    }
  }

  @Test func `takes as long for an unknown user as for a wrong password`() throws {
    try withAccounts { accounts, loop in
      _ = try await accounts.signUpAda()
      /// The shortest of five: what else the machine does only adds to it.
      func shortest(_ email: Email) async -> Duration {
        var times: [Duration] = []
        for _ in 0..<5 {
          let start = loop.exactNow
          _ = await refusal { _ = try await accounts.login(email, "wrong horse", from: somewhere) }
          times.append(loop.exactNow - start)
        }
        return times.min() ?? .zero
      }
      let known = await shortest(ada)
      let unknown = await shortest(Email("bob@example.org")!)
      #expect(unknown > known * 0.5 && known > unknown * 0.5)
    }
  }

  @Test func `with a second factor gives a challenge, and a session only for a code`() throws {
    try withAccounts { accounts, _ in
      let code = try await makeAdmin(accounts)
      let challenge = try await challenged(accounts)
      let asAccess = await refusal { _ = try await accounts.authenticate(challenge) }
      #expect(asAccess == .invalidToken)
      let pair = try await accounts.finishLogin(challenge: challenge, code: code, from: somewhere)
      let caller = try await accounts.authenticate(pair.access)
      #expect(caller.hasMFA && caller.role == .admin)
      let refreshed = try await accounts.refresh(pair.refresh, from: somewhere)
      let later = try await accounts.authenticate(refreshed.access)
      #expect(later.hasMFA)
    }
  }

  @Test func `a challenge works once, and so does a code with another challenge`() throws {
    try withAccounts { accounts, _ in
      let code = try await makeAdmin(accounts)
      let first = try await challenged(accounts)
      let second = try await challenged(accounts)
      _ = try await accounts.finishLogin(challenge: first, code: code, from: somewhere)
      let spent = await finish(accounts, first, code)
      let replayed = await finish(accounts, second, code)
      #expect(spent == .invalidToken && replayed == .wrongCode)
    }
  }

  @Test func `five wrong codes spend the challenge`() throws {
    try withAccounts { accounts, _ in
      let right = try await makeAdmin(accounts)
      let wrong = right == "000000" ? "111111" : "000000"
      let challenge = try await challenged(accounts)
      for _ in 0..<5 {
        let outcome = await finish(accounts, challenge, wrong)
        #expect(outcome == .wrongCode)
      }
      let outcome = await finish(accounts, challenge, right)
      #expect(outcome == .invalidToken)
    }
  }

  /// An admin, and the code that their app shows now.
  private func makeAdmin(_ accounts: AccountRegistry) async throws -> String {
    let secret = RandomBytes.make(20)
    try await accounts.createStaff(ada, adasPassword, totpSecret: Base32.encode(secret), role: .admin)
    return OneTimePassword(secret: secret).code(at: Timestamp.now.epochSeconds)
  }

  private func challenged(_ accounts: AccountRegistry) async throws -> String {
    switch try await accounts.login(ada, adasPassword.text, from: somewhere) {
    case .challenged(let challenge, _): return challenge
    case .signedIn: throw AccountsError.mfaNotSetUp
    }
  }

  private func finish(_ accounts: AccountRegistry, _ challenge: String, _ code: String) async -> AccountsError? {
    await refusal { _ = try await accounts.finishLogin(challenge: challenge, code: code, from: somewhere) }
  }
}
