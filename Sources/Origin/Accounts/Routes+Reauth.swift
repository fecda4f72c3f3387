internal import HTTP
internal import Routing

/// Step-up: a fresh proof of who is there, before what cannot be undone.
extension AccountsRoutes {
  var reauth: [Route] {
    [
      Route(
        .post, "/api/v1/auth/reauth/password", "Prove who you are by your password",
        Rules(.user, limit: .perMinute(10), caching: .noStore, audit: "REAUTH_PASSWORD")
      ) { (call, input: PasswordInput) in
        let caller = try signedIn(call)
        try await admitReauth("pw", of: caller, call)
        return try await answering {
          ReauthAnswer(try await accounts.reauthenticate(caller, password: input.password))
        } adjusting: {
          $0 == .wrongCredentials ? Problem(.unauthorized, "Invalid credentials") : nil
        }
      },
      Route(
        .post, "/api/v1/auth/reauth/mfa", "Prove who you are by a code",
        Rules(.user, limit: .perMinute(12), caching: .noStore, audit: "REAUTH_MFA")
      ) { (call, input: CodeInput) in
        let caller = try signedIn(call)
        let code = try input.shown()
        try await admitReauth("mfa", of: caller, call)
        return try await answering {
          ReauthAnswer(try await accounts.reauthenticate(caller, code: code))
        } adjusting: { error in
          switch error {
          case .wrongCode: Problem(.unauthorized, "Invalid code")
          case .mfaNotSetUp: Problem(.badRequest, "MFA not enabled")
          default: nil
          }
        }
      },
      Route(
        .post, "/api/v1/auth/reauth/verify", "Show how long a proof still holds",
        Rules(.anyone, limit: .perMinute(60), caching: .noStore)
      ) { call in
        let token = try reauthToken(of: call.request)
        let rest = try await answering {
          try await accounts.inspect(reauthentication: token)
        } adjusting: {
          $0 == .invalidToken ? Problem(.unauthorized, "Invalid or expired token") : nil
        }
        return ReauthState(expiresIn: rest.components.seconds)
      },
    ]
  }

  /// Throws unless the request proves anew who its caller is.
  /// - Parameter token: the body's; else it is the field `X-Reauth`.
  func requireReauth(_ token: String?, of call: Call) throws {
    guard let token = token ?? call.request.fields.first(.xReauth) else {
      throw Problem(.badRequest, "reauth_token required").with(.xReauth, "required")
    }
    do { try accounts.confirm(reauthentication: token, of: try signedIn(call)) } catch is AccountsError {
      throw Problem(.unauthorized, "Invalid reauth token").with(.xReauth, "required")
    }
  }

  /// Right answers count, too: of guesses at once, none may slip through before the first is known to be wrong.
  private func admitReauth(_ means: String, of caller: Caller, _ call: Call) async throws {
    try await admit("reauth:\(means):\(caller.userId)", RateLimit(10, per: .seconds(600)))
    try await admit("reauth:ip:\(call.request.client.address.subscriber)", RateLimit(20, per: .seconds(600)))
  }

  /// From the body; without one, it is the bearer.
  private func reauthToken(of request: Request) throws(Problem) -> String {
    if !request.body.isEmpty { return try request.decodeBody(ReauthTokenInput.self).reauthToken }
    guard let token = request.bearerToken else {
      throw Problem(.unauthorized, "Missing credentials").with(.wwwAuthenticate, "Bearer")
    }
    return token
  }
}
