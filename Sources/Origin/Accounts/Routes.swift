internal import HTTP
internal import Postgres
package import Routing
internal import Signing

/// Signing up, in and out, the second factor, and the roles of staff. Each topic is in a file of its own.
package struct AccountsRoutes {
  let accounts: AccountRegistry
  let admit: Attempts

  /// Counts a try at what a name stands for, whoever makes it. Throws `Problem` once there were too many.
  package typealias Attempts = (_ name: String, _ limit: RateLimit) async throws -> Void

  package init(_ accounts: AccountRegistry, admit: @escaping Attempts) {
    self.accounts = accounts
    self.admit = admit
  }

  package var routes: [Route] { signUp + signIn + sessions + secondFactor + reauth + staff }

  /// What the origin's guards ask: the active user behind an access token. Throws `Problem`.
  package func caller(bearing token: String) async throws -> Caller {
    try await answering {
      try await accounts.authenticate(token)
    } adjusting: { error in
      switch error {
      case .invalidToken:
        Problem(.unauthorized, "Invalid token.").with(.wwwAuthenticate, "Bearer error=\"invalid_token\"")
      case .deactivated: Problem(.forbidden, "Inactive or missing user")
      default: nil
      }
    }
  }

  /// An address is counted by its digest: who tries to sign in is nobody's business in Redis.
  func admit(_ what: String, _ email: Email, _ limit: RateLimit) async throws {
    try await admit("\(what):email:\(SHA256.hash(email.text.lowercased()).hex)", limit)
  }

  /// Hands the tokens out: to the audit log the name, to a browser the cookie.
  func hand(_ pair: TokenPair, to call: Call) {
    call.actorId = pair.userID
    RefreshCookie.set(pair, on: call)
  }

  func signedIn(_ call: Call) throws(Problem) -> Caller {
    guard let caller = call.caller else { throw Problem(.unauthorized, "Not authenticated") }
    return caller
  }
}

extension SignInSource {
  init(_ call: Call) {
    self.init(
      address: "\(call.request.client.address)", userAgent: call.request.fields.first(.userAgent))
  }
}
