import Routing
import Support
import Testing

@testable import Accounts

@Suite struct `Refresh tokens` {
  @Test func `rotate within their session`() throws {
    try withAccounts { accounts, _ in
      let first = try await accounts.signUpAda()
      let second = try await accounts.refresh(first.refresh, from: somewhere)
      let third = try await accounts.refresh(second.refresh, from: somewhere)
      let before = try await accounts.authenticate(first.access)
      let after = try await accounts.authenticate(third.access)
      #expect(before.sessionId == after.sessionId && !after.hasMFA)
      let access = await refusal { _ = try await accounts.refresh(third.access, from: somewhere) }
      #expect(access == .invalidToken)
    }
  }

  @Test func `of eight uses at once one wins`() throws {
    try withAccounts { accounts, loop in
      let pair = try await accounts.signUpAda()
      let outcomes = await concurrently(8, on: loop) { _ in
        await refusal { _ = try await accounts.refresh(pair.refresh, from: somewhere) }
      }
      #expect(outcomes.filter { $0 == nil }.count == 1)
      #expect(outcomes.filter { $0 == .tokenReused }.count == 7)
    }
  }

  @Test func `one that comes again ends its family, access tokens too, and no other`() throws {
    try withAccounts { accounts, _ in
      let first = try await accounts.signUpAda()
      try await accounts.verifyAda()
      let outcome = try await accounts.login(ada, adasPassword.text, from: somewhere)
      guard case .signedIn(let other) = outcome else { return }
      let second = try await accounts.refresh(first.refresh, from: somewhere)
      let reuse = await refusal { _ = try await accounts.refresh(first.refresh, from: somewhere) }
      let successor = await refusal { _ = try await accounts.refresh(second.refresh, from: somewhere) }
      let access = await refusal { _ = try await accounts.authenticate(second.access) }
      #expect([reuse, successor, access] == [.tokenReused, .invalidToken, .invalidToken])
      _ = try await accounts.authenticate(other.access)
    }
  }

  @Test func `logging out ends one session, or all`() throws {
    try withAccounts { accounts, _ in
      let pair = try await accounts.signUpAda()
      try await accounts.verifyAda()
      let outcome = try await accounts.login(ada, adasPassword.text, from: somewhere)
      guard case .signedIn(let other) = outcome else { return }
      try await accounts.logOut(pair.refresh, everywhere: false)
      let access = await refusal { _ = try await accounts.authenticate(pair.access) }
      let again = await refusal { try await accounts.logOut(pair.refresh, everywhere: false) }
      #expect(access == .invalidToken && again == .invalidToken)
      _ = try await accounts.authenticate(other.access)
      try await accounts.logOut(other.refresh, everywhere: true)
      let refresh = await refusal { _ = try await accounts.refresh(other.refresh, from: somewhere) }
      #expect(refresh == .invalidToken)
    }
  }
}
