import Postgres
import Routing
import Testing

@testable import Accounts

@Suite struct `Signing up` {
  @Test func `gives tokens without a second factor, and a mail whose link lets the user log in`() throws {
    try withAccounts { accounts, _ in
      let pair = try await accounts.signUpAda()
      let caller = try await accounts.authenticate(pair.access)
      #expect(caller.email == "ada@example.org" && caller.role == .user && !caller.hasMFA)
      try await accounts.verifyEmail(token: try await accounts.mailedToken())
      let outcome = try await accounts.login(ada, adasPassword.text, from: somewhere)
      guard case .signedIn = outcome else {
        Issue.record("not signed in")
        return
      }
    }
  }

  @Test func `an address is taken whatever its case`() throws {
    try withAccounts { accounts, _ in
      _ = try await accounts.signUpAda()
      let again = await refusal {
        _ = try await accounts.signUp(Email("ADA@example.org")!, adasPassword, fullName: nil, from: somewhere)
      }
      #expect(again == .emailTaken)
    }
  }

  @Test func `a mailed link works once`() throws {
    try withAccounts { accounts, _ in
      _ = try await accounts.signUpAda()
      try await accounts.resendVerification(to: ada)
      let token = try await accounts.mailedToken()
      try await accounts.verifyEmail(token: token)
      let again = await refusal { try await accounts.verifyEmail(token: token) }
      let guess = await refusal { try await accounts.verifyEmail(token: "guess") }
      #expect(again == .invalidVerification && guess == .invalidVerification)
    }
  }

  @Test func `nothing is mailed to an address without an account, or a verified one`() throws {
    try withAccounts { accounts, _ in
      _ = try await accounts.signUpAda()
      try await accounts.verifyAda()
      try await accounts.resendVerification(to: ada)
      try await accounts.resendVerification(to: Email("bob@example.org")!)
      let mails = try await accounts.postgres.query("SELECT id FROM mail_outbox")
      #expect(mails.count == 1)
    }
  }
}
