internal import HTTP
internal import Routing
internal import Signing

/// What goes on after a sign-in, and ends it.
extension AccountsRoutes {
  var sessions: [Route] {
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
        guard let userID = UUIDv4(input.userId)?.description else {
          throw Problem(.unprocessableContent, "body.user_id: Expected a UUID")
        }
        let count = try await answering { try await accounts.revokeSessions(of: userID, by: try signedIn(call)) }
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
}
