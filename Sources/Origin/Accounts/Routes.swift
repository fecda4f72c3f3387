internal import HTTP
internal import Postgres
package import Routing
internal import Signing

/// Signing up, in and out, and the second factor.
package struct AccountsRoutes {
  private let accounts: AccountRegistry
  private let admit: Attempts

  /// Counts a try at what a name stands for, whoever makes it. Throws `Problem` once there were too many.
  package typealias Attempts = (_ name: String, _ limit: RateLimit) async throws -> Void

  package init(_ accounts: AccountRegistry, admit: @escaping Attempts) {
    self.accounts = accounts
    self.admit = admit
  }

  package var routes: [Route] { signUp + signIn + sessions + secondFactor }

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
  private func admit(_ what: String, _ email: Email, _ limit: RateLimit) async throws {
    try await admit("\(what):email:\(SHA256.hash(email.text.lowercased()).hex)", limit)
  }

  /// Hands the tokens out: to the audit log the name, to a browser the cookie.
  private func hand(_ pair: TokenPair, to call: Call) {
    call.actorId = pair.userID
    RefreshCookie.set(pair, on: call)
  }

  // MARK: Signing up

  private var signUp: [Route] {
    [
      // A repeated key gives the same tokens only to whoever sends the same body, password included.
      Route(
        .post, "/api/v1/auth/signup", "Sign up",
        Rules(.anyone, limit: .perMinute(10), idempotency: .seconds(600), caching: .noStore, audit: "SIGNUP"),
        success: .created
      ) { (call, input: SignUpInput) in
        guard let email = Email(input.email) else { throw Problem(.badRequest, "Invalid email format") }
        try await admit("signup", email, .perMinute(3))
        let pair = try await answering {
          try await accounts.signUp(email, input.password, fullName: input.fullName?.text, from: SignInSource(call))
        }
        hand(pair, to: call)
        return SignedIn(pair)
      },
      Route(
        .get, "/api/v1/auth/verify-email", "Verify an e-mail address by its mailed link",
        Rules(.anyone, limit: .perMinute(60), caching: .noStore, audit: "EMAIL_VERIFIED")
      ) { (_, input: TokenInput) in try await verify(input) },
      Route(
        .post, "/api/v1/auth/verify-email", "Verify an e-mail address by its mailed token",
        Rules(.anyone, limit: .perMinute(60), caching: .noStore, audit: "EMAIL_VERIFIED")
      ) { (_, input: TokenInput) in try await verify(input) },
      Route(
        .post, "/api/v1/auth/resend-verification", "Mail the verification link again",
        Rules(.anyone, limit: .perMinute(5), caching: .noStore)
      ) { (_, input: EmailInput) in
        // One answer for every address: it tells nobody who has an account.
        if let email = Email(input.email) {
          try await admit("resend-verify", email, .perMinute(1))
          try await answering { try await accounts.resendVerification(to: email) }
        }
        return Acknowledgement("If the address needs verifying, a mail is on its way.")
      },
    ]
  }

  private func verify(_ input: TokenInput) async throws -> Acknowledgement {
    try await answering { try await accounts.verifyEmail(token: input.token) }
    return Acknowledgement("Email verified successfully.")
  }

  // MARK: Signing in

  private var signIn: [Route] {
    [
      Route(
        .post, "/api/v1/auth/login", "Sign in with a password",
        Rules(.anyone, limit: .perMinute(5), caching: .noStore, audit: "LOGIN")
      ) { (call, input: LoginInput) in
        try await admit("login", input.email, .perMinute(5))
        let outcome = try await answering {
          try await accounts.login(input.email, input.password, from: SignInSource(call))
        }
        switch outcome {
        case .challenged(let challenge, let userID):
          call.actorId = userID
          call.auditDetails = ["second_factor": "due"]
          return LoginAnswer(challenge: challenge)
        case .signedIn(let pair):
          hand(pair, to: call)
          return LoginAnswer(pair)
        }
      }
    ]
      + ["/api/v1/auth/mfa-login", "/api/v1/auth/login/mfa"].map { path in
        Route(
          .post, path, "Finish signing in with a code",
          Rules(.anyone, limit: .perMinute(5), caching: .noStore, audit: "MFA_LOGIN")
        ) { (call, input: MFALoginInput) in
          let pair = try await answering {
            try await accounts.finishLogin(
              challenge: input.mfaToken, code: input.totpCode.text, from: SignInSource(call))
          } adjusting: { error in
            switch error {
            case .invalidToken: Problem(.unauthorized, "Invalid MFA token")
            case .mfaNotSetUp: Problem(.badRequest, "MFA not enabled")
            default: nil
            }
          }
          hand(pair, to: call)
          return SignedIn(pair)
        }
      }
  }

  // MARK: Sessions

  private var sessions: [Route] {
    [
      Route(
        .post, "/api/v1/auth/refresh-token", "Trade a refresh token for the next pair",
        Rules(.anyone, limit: .perMinute(20), caching: .noStore)
      ) { call in
        let input = try refreshInput(of: call.request)
        let pair = try await answering {
          try await accounts.refresh(input.refreshToken, from: SignInSource(call))
        } adjusting: {
          $0 == .invalidToken ? Problem(.unauthorized, "Invalid refresh token") : nil
        }
        hand(pair, to: call)
        return SignedIn(pair)
      },
      Route(
        .post, "/api/v1/auth/logout", "End the session of a refresh token, or all of its user's",
        Rules(.anyone, limit: .perMinute(20), caching: .noStore, audit: "LOGOUT")
      ) { call in
        let input = try refreshInput(of: call.request)
        call.actorId = try await answering {
          try await accounts.logOut(input.refreshToken, everywhere: input.revokeAll ?? false)
        } adjusting: {
          $0 == .invalidToken ? Problem(.unauthorized, "Invalid refresh token") : nil
        }
        RefreshCookie.clear(on: call)
        return Acknowledgement("Logged out successfully.")
      },
      Route(
        .post, "/api/v1/auth/revoke-token", "End all sessions of a user",
        Rules(.user, limit: .perMinute(10), caching: .noStore, audit: "TOKENS_REVOKED")
      ) { (call, input: UserInput) in
        guard UUIDv4(input.userId) != nil else { throw Problem(.unprocessableContent, "body.user_id: a UUID") }
        let count = try await answering {
          try await accounts.revokeSessions(of: input.userId, by: try signedIn(call))
        }
        guard count > 0 else { throw Problem(.notFound, "No active refresh tokens found") }
        return Acknowledgement("Revoked \(count) sessions.")
      },
    ]
  }

  /// From the body; without one, from a browser's cookie.
  private func refreshInput(of request: Request) throws(Problem) -> RefreshInput {
    if !request.body.isEmpty { return try request.decodeBody(RefreshInput.self) }
    let token = try RefreshCookie.read(request, trusting: accounts.settings.frontendOrigins)
    return RefreshInput(refreshToken: token, revokeAll: nil)
  }

  // MARK: The second factor

  private var secondFactor: [Route] {
    [
      Route(
        .post, "/api/v1/auth/mfa/enable", "Begin to set up the second factor",
        Rules(.user, limit: .perMinute(3), caching: .noStore)
      ) { call in
        let uri = try await answering { try await accounts.beginMFA(for: try signedIn(call)) }
        return MFAEnrolment(secret: uri.secret, qrCodeUrl: uri.text, otpauthUrl: uri.text)
      },
      Route(
        .post, "/api/v1/auth/mfa/disable", "Turn the second factor off",
        Rules(.user, limit: RateLimit(5, per: .seconds(300)), caching: .noStore, audit: "MFA_DISABLED")
      ) { (call, input: PasswordInput) in
        try await answering { try await accounts.disableMFA(password: input.password, for: try signedIn(call)) }
        return Acknowledgement("MFA disabled successfully.")
      },
    ]
      + ["/api/v1/auth/mfa/verify", "/api/v1/auth/mfa/verify-enable"].map { path in
        Route(
          .post, path, "Turn the second factor on with a first code",
          Rules(.user, limit: .perMinute(5), caching: .noStore, audit: "MFA_ENABLED")
        ) { (call, input: CodeInput) in
          let challenge = try await answering {
            try await accounts.confirmMFA(code: input.code.text, for: try signedIn(call))
          } adjusting: {
            $0 == .wrongCode ? Problem(.unauthorized, "Invalid MFA code.") : nil
          }
          return MFAConfirmation(message: "MFA enabled successfully.", mfaToken: challenge)
        }
      }
  }

  private func signedIn(_ call: Call) throws(Problem) -> Caller {
    guard let caller = call.caller else { throw Problem(.unauthorized, "Not authenticated") }
    return caller
  }
}

extension SignInSource {
  fileprivate init(_ call: Call) {
    self.init(
      address: "\(call.request.client.address)", userAgent: call.request.fields.first(.userAgent))
  }
}
