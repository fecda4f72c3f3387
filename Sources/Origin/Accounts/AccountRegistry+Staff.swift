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
      _ = try await UserStore.setPendingSecret(
        self.seal.seal(totpSecret, of: userID), of: userID, in: transaction)
      try await UserStore.enableMFA(of: userID, in: transaction)
    }
  }

  /// An admin makes admins and users; only a superuser makes or unmakes a superuser, and nobody changes themselves.
  /// It holds from the target's next request on, whatever tokens they have.
  /// - Returns: the target's address, and whether anything had to be done.
  package func apply(
    _ change: RoleChange, to userID: String, by caller: Caller
  ) async throws -> (email: Email, isNew: Bool) {
    guard caller.isAdmin else { throw AccountsError.notPermitted }
    guard caller.userId != userID else { throw AccountsError.ownRole }
    return try await postgres.transaction { transaction in
      guard let user = try await UserStore.lock(id: userID, in: transaction) else { throw AccountsError.unknownUser }
      let involvesSuperuser = change.outcome == .superuser || user.role == .superuser
      guard caller.role == .superuser || !involvesSuperuser else { throw AccountsError.notPermitted }
      try change.check(from: user.role)
      guard user.role != change.outcome else { return (user.email, false) }
      try await UserStore.setRole(change.outcome, of: userID, in: transaction)
      return (user.email, true)
    }
  }

  /// The newest first.
  package func staff(_ query: StaffQuery) async throws -> [StaffMember] {
    try await UserStore.list(query.condition, query.page, in: postgres)
  }

  func staff(_ role: Role, _ page: Page) async throws -> [StaffMember] {
    try await UserStore.list(StaffQuery(role: role).condition, page, in: postgres)
  }
}
