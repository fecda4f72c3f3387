internal import HTTP
internal import Routing
internal import Signing

extension Problem {
  /// What a client is told: the texts are the contract's.
  init(_ error: AccountsError) {
    switch error {
    case .emailTaken: self.init(.badRequest, "Email already registered")
    case .wrongCredentials: self.init(.unauthorized, "Invalid email or password")
    case .emailNotVerified: self.init(.forbidden, "Email not verified")
    case .deactivated: self.init(.forbidden, "Account is deactivated")
    case .invalidToken: self.init(.unauthorized, "Invalid token.")
    case .tokenReused: self.init(.unauthorized, "Refresh token was reused")
    case .invalidVerification: self.init(.badRequest, "Invalid or expired token.")
    case .mfaAlreadyEnabled: self.init(.badRequest, "MFA is already enabled.")
    case .mfaNotSetUp: self.init(.badRequest, "MFA is not set up for this account.")
    case .wrongCode: self.init(.unauthorized, "Invalid MFA code")
    case .wrongPassword: self.init(.forbidden, "Invalid password")
    case .notPermitted: self.init(.forbidden, "Not authorized")
    case .ownRole: self.init(.badRequest, "Cannot change your own role")
    case .notOfRole(let role): self.init(.badRequest, "Target is not \(role.rawValue)")
    case .demotionNotMeant:
      self.init(.badRequest, "Target is SUPERUSER; set allow_demotion=true to convert to ADMIN")
    case .unknownUser: self.init(.notFound, "User not found")
    case .overloaded: self = .busy
    }
  }
}

/// Runs a flow and turns what it throws into a problem.
/// - Parameter adjust: gives one route's own text to an error.
func answering<Value>(
  _ flow: () async throws -> Value, adjusting adjust: (AccountsError) -> Problem? = { _ in nil }
) async throws -> Value {
  do { return try await flow() } catch let error as AccountsError {
    throw adjust(error) ?? Problem(error)
  } catch is PasswordHash.Failure {
    throw Problem.busy
  }
}
