internal import HTTP
internal import Routing
internal import Signing

/// Decides who is calling and whether a route lets them.
struct AccessGuard {
  /// None leaves the public routes open.
  let publicKeys: PublicKeys
  /// The accounts slice's: the active user behind an access token. Throws `Problem` (401, 403, 503).
  let authenticate: (_ token: String) async throws -> Caller

  /// - Throws: `Problem` 401 or 403; 503 when a token cannot be checked.
  func admit(_ request: Request, to access: Access) async throws -> Caller? {
    switch access {
    case .anyone: return nil
    case .publicKey:
      guard publicKeys.admit(request.publicKey) else { throw Problem.noPublicKey }
      return nil
    case .edge:
      guard request.fields.contains(.edgeClient) else { throw Problem(.unauthorized, "Not an edge") }
      // What an edge passes on for a client carries that client's address.
      guard request.client.isVouchedFor, request.client.address == .unspecified else {
        throw Problem(.forbidden, "Not an edge")
      }
      return nil
    case .user: return try await caller(of: request)
    case .admin:
      let caller = try await caller(of: request)
      guard caller.isAdmin else { throw Problem(.forbidden, "Insufficient permissions") }
      guard caller.hasMFA else { throw Problem(.forbidden, "MFA required") }
      return caller
    }
  }

  private func caller(of request: Request) async throws -> Caller {
    guard let token = request.bearerToken else {
      throw Problem(.unauthorized, "Not authenticated").with(.wwwAuthenticate, "Bearer")
    }
    return try await authenticate(token)
  }
}
