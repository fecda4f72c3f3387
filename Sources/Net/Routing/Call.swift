package import HTTP

/// One request on its way through a route: who asks, and what its answer is to carry besides the output.
package final class Call {
  package let request: Request
  /// Nil on a route that anyone may call.
  package let caller: Caller?
  package var reply = Reply()
  /// The cache tags whose entries this write has outdated: every edge drops exactly those.
  package var outdatedTags: [String] = []
  /// Whom the audit event names: the caller, or who has just signed in.
  package var actorId: String?
  /// What the audit event says beyond actor, action and path: never a secret.
  package var auditDetails: [String: String] = [:]

  package init(_ request: Request, caller: Caller?) {
    self.request = request
    self.caller = caller
    actorId = caller?.userId
  }

  /// A capture of the path as a domain value; 404 when it cannot be one, as then nothing can have that name.
  package func path<Value: PathValue>(_ name: String, as type: Value.Type = Value.self) throws(Problem) -> Value {
    guard let text = request[name], let value = Value(path: text) else { throw Problem(.notFound) }
    return value
  }
}

/// A domain value that a path segment may hold.
package protocol PathValue {
  init?(path: String)
}

extension String: PathValue {
  package init?(path: String) { self = path }
}

/// The user behind a valid token.
package struct Caller: Sendable {
  package let userId: String
  package let email: String
  package let role: Role
  package let hasMFA: Bool
  package let sessionId: String?
  package let tokenId: String

  package init(userId: String, email: String, role: Role, hasMFA: Bool, sessionId: String?, tokenId: String) {
    self.userId = userId
    self.email = email
    self.role = role
    self.hasMFA = hasMFA
    self.sessionId = sessionId
    self.tokenId = tokenId
  }

  package var isAdmin: Bool { role != .user }
}

package enum Role: String, Codable, Sendable, CaseIterable {
  case user = "USER"
  case admin = "ADMIN"
  case superuser = "SUPERUSER"
}
