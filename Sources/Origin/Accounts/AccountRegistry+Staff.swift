internal import Postgres
package import Routing

extension AccountRegistry {
  /// A user made by an operator: verified, and with the second factor on, as an admin needs it.
  /// - Parameter totpSecret: Base32 of 20 random bytes.
  /// - Throws: `AccountsError.emailTaken`.
  package func createStaff(_ email: Email, _ password: Password, totpSecret: String, role: Role) async throws {
    let hash = try await hasher.hash(password)
    try await postgres.transaction { transaction in
      let inserted = try await UserStore.insert(
        email, passwordHash: hash, fullName: nil, role: role, isVerified: true, in: transaction)
      guard let userID = inserted else { throw AccountsError.emailTaken }
      _ = try await UserStore.setPendingSecret(totpSecret, of: userID, in: transaction)
      try await UserStore.enableMFA(of: userID, in: transaction)
    }
  }

  /// An admin makes admins and users; only a superuser makes or unmakes a superuser, and nobody changes themselves.
  package func setRole(_ role: Role, of userID: String, by caller: Caller) async throws {
    guard let user = try await UserStore.find(id: userID, in: postgres) else { throw AccountsError.unknownUser }
    let involvesSuperuser = role == .superuser || user.role == .superuser
    guard caller.isAdmin, caller.userId != userID, caller.role == .superuser || !involvesSuperuser else {
      throw AccountsError.notPermitted
    }
    try await UserStore.setRole(role, of: userID, in: postgres)
  }
}
