internal import HTTP
internal import Routing

/// Becoming a user.
extension AccountsRoutes {
  var signUp: [Route] {
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
}
