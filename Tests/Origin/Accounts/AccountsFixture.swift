import Loop
import Postgres
import Support
import Testing

@testable import Accounts

/// A loop with accounts on a fresh, migrated database.
func withAccounts(_ body: @escaping (AccountRegistry, EventLoop) async throws -> Void) throws {
  let settings = try PostgresSettings(url: PostgresServer.shared.makeDatabase())
  let loop = EventLoop()
  let _: Void = try loop.run {
    _ = try await Migrator(on: loop, settings).apply(AccountsSchema.migrations)
    let pool = PostgresPool(on: loop, settings)
    defer { pool.close() }
    let secret = Array("a secret of more than thirty-two bytes".utf8)
    var accounts = AccountsSettings(tokenSecret: secret, publicURL: "https://m.example")
    accounts.frontendOrigins = ["https://m.example"]
    try await body(AccountRegistry(on: loop, pool, accounts), loop)
  }
  #expect(loop.handlesLeftOpen == 0)
}

let ada = Email("ada@example.org")!
let adasPassword = Password("correct horse")!
let somewhere = SignInSource(address: "192.0.2.1", userAgent: "test")

extension AccountRegistry {
  func signUpAda() async throws -> TokenPair {
    try await signUp(ada, adasPassword, fullName: "Ada", from: somewhere)
  }

  func verifyAda() async throws {
    try await postgres.execute("UPDATE users SET email_verified_at = now()")
  }

  /// The token of the newest mail's link.
  func mailedToken() async throws -> String {
    let body: String = try await postgres.query("SELECT body FROM mail_outbox ORDER BY id DESC LIMIT 1")[0].get("body")
    let start = body.firstIndex(of: "=").map { body.index(after: $0) } ?? body.endIndex
    return String(body[start...].prefix { !$0.isWhitespace })
  }
}

/// The refusal that `body` ends with; nil when it succeeds.
func refusal(_ body: () async throws -> Void) async -> AccountsError? {
  do { try await body() } catch {
    if !(error is AccountsError) { Issue.record(error) }
    return error as? AccountsError
  }
  return nil
}
