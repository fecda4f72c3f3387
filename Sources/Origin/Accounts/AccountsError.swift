package import Routing

/// Why a flow of accounts ended without what was asked. The routes give each its status and text.
package enum AccountsError: Error, Equatable, Sendable {
  case emailTaken
  case wrongCredentials
  case emailNotVerified
  case deactivated
  /// Forged, expired, spent, of another kind, or of a session that has ended.
  case invalidToken
  /// A spent refresh token came again: its whole family is revoked.
  case tokenReused
  case invalidVerification
  case mfaAlreadyEnabled
  case mfaNotSetUp
  case wrongCode
  case wrongPassword
  case notPermitted
  case ownRole
  /// The step starts at this role, and the user has another.
  case notOfRole(Role)
  /// It would make an admin of a superuser, which was not said to be meant.
  case demotionNotMeant
  case unknownUser
  /// Too many passwords are being hashed: try again later.
  case overloaded
}
