internal import HTTP
internal import Routing

/// With a password, and a code where the second factor is on.
extension AccountsRoutes {
  var signIn: [Route] {
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
}
