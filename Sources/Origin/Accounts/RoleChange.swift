internal import Routing

/// A step between roles, as staff take it.
package enum RoleChange: Sendable {
  /// Makes anyone a superuser.
  case promote
  /// Makes a superuser a user.
  case demote
  /// Makes a user an admin; a superuser only if the caller says that they mean it.
  case makeAdmin(allowsDemotion: Bool)
  /// Makes an admin a user.
  case removeAdmin

  var outcome: Role {
    switch self {
    case .promote: .superuser
    case .makeAdmin: .admin
    case .demote, .removeAdmin: .user
    }
  }

  /// Throws when the step does not start at this role. One who has the outcome's role already may take any step to it.
  func check(from role: Role) throws(AccountsError) {
    switch (self, role) {
    case (_, outcome): break
    case (.demote, .admin): throw .notOfRole(.superuser)
    case (.removeAdmin, .superuser): throw .notOfRole(.admin)
    case (.makeAdmin(allowsDemotion: false), .superuser): throw .demotionNotMeant
    default: break
    }
  }
}
