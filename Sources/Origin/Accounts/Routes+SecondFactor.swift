internal import HTTP
internal import Routing

/// Setting the second factor up and turning it off.
extension AccountsRoutes {
  var secondFactor: [Route] {
    [
      Route(
        .post, "/api/v1/auth/mfa/enable", "Begin to set up the second factor",
        Rules(.user, limit: .perMinute(3), caching: .noStore)
      ) { call in
        let uri = try await answering { try await accounts.beginMFA(for: try signedIn(call)) }
        return MFAEnrolment(uri)
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
            try await accounts.confirmMFA(code: try input.shown(), for: try signedIn(call))
          } adjusting: {
            $0 == .wrongCode ? Problem(.unauthorized, "Invalid MFA code.") : nil
          }
          return MFAConfirmation(message: "MFA enabled successfully.", mfaToken: challenge)
        }
      }
  }
}
