import HTTP
import Loop
import Postgres
import Routing
import Signing
import Support
import Testing

@testable import Accounts

@Suite struct `The second factor` {
  @Test func `is pending until a code is shown, and older sessions stay without it`() throws {
    try withAccounts { accounts, _ in
      let pair = try await accounts.signUpAda()
      let caller = try await accounts.authenticate(pair.access)
      let early = await refusal { _ = try await accounts.confirmMFA(code: "123456", for: caller) }
      let uri = try await accounts.beginMFA(for: caller)
      let code = OneTimePassword(secret: Base32.decode(uri.secret)!).code(at: Timestamp.now.epochSeconds)
      _ = try await accounts.confirmMFA(code: code, for: caller)
      let again = await refusal { _ = try await accounts.beginMFA(for: caller) }
      let older = try await accounts.authenticate(pair.access)
      #expect(early == .mfaNotSetUp && again == .mfaAlreadyEnabled && !older.hasMFA)
    }
  }

  @Test func `is not turned on with a secret that came between a code and its check`() throws {
    try withAccounts { accounts, loop in
      let caller = try await accounts.authenticate(try await accounts.signUpAda().access)
      let uri = try await accounts.beginMFA(for: caller)
      let code = OneTimePassword(secret: Base32.decode(uri.secret)!).code(at: Timestamp.now.epochSeconds)
      var outcome: AccountsError??
      try await accounts.postgres.transaction { transaction in
        _ = try await UserStore.lock(id: caller.userId, in: transaction)
        let other = accounts.seal.seal(Base32.encode(RandomBytes.make(20)), of: caller.userId)
        _ = try await UserStore.setPendingSecret(other, of: caller.userId, in: transaction)
        loop.start { outcome = await refusal { _ = try await accounts.confirmMFA(code: code, for: caller) } }
        try await eventually("the check waits for the row", on: loop) {
          let waiting = try? await accounts.postgres.query("SELECT FROM pg_locks WHERE NOT granted")
          return waiting?.isEmpty == false
        }
      }
      try await eventually("the check is over", on: loop) { outcome != nil }
      let user = try await UserStore.find(id: caller.userId, in: accounts.postgres)
      #expect(outcome == .wrongCode && user?.isMFAEnabled == false)
    }
  }

  @Test func `is turned off by the password only`() throws {
    try withAccounts { accounts, _ in
      let pair = try await accounts.signUpAda()
      let caller = try await accounts.authenticate(pair.access)
      let wrong = await refusal { try await accounts.disableMFA(password: "wrong", for: caller) }
      try await accounts.disableMFA(password: adasPassword.text, for: caller)
      #expect(wrong == .wrongPassword)
    }
  }
}

@Suite struct `An authenticator app's secret` {
  @Test func `is not readable in the database, and one user's is not another's`() throws {
    try withAccounts { accounts, _ in
      let caller = try await accounts.authenticate(try await accounts.signUpAda().access)
      let uri = try await accounts.beginMFA(for: caller)
      let user = try await UserStore.find(id: caller.userId, in: accounts.postgres)
      let sealed = try #require(user?.sealedTOTPSecret)
      #expect(!sealed.contains(uri.secret))
      #expect(accounts.seal.open(sealed, of: caller.userId) == uri.secret)
      #expect(accounts.seal.open(sealed, of: UUIDv4.random().description) == nil)
      #expect(SecretSeal(Array("another secret of the server's".utf8)).open(sealed, of: caller.userId) == nil)
    }
  }
}
