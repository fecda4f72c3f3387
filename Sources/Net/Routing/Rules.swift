/// Everything about a route that is enforced around its handler, where the server is composed.
package struct Rules {
  package var access: Access
  package var limit: RateLimit?
  /// How long the answer to an `Idempotency-Key` is kept for the same caller and body; nil ignores the header.
  package var idempotency: Duration?
  /// The key in Redis of what only one request at a time may change: `lock:admin_titles:patch:{title_id}`, where the
  /// braces stand for the path's capture.
  package var lock: String?
  package var caching: Caching
  /// The audit event that a success writes.
  package var audit: String?

  package init(
    _ access: Access, limit: RateLimit? = nil, idempotency: Duration? = nil, lock: String? = nil,
    caching: Caching = .none, audit: String? = nil
  ) {
    self.access = access
    self.limit = limit
    self.idempotency = idempotency
    self.lock = lock
    self.caching = caching
    self.audit = audit
  }

  /// A write of an admin: role, MFA, limit, idempotency, lock, no-store and audit, none of which can be left out.
  package static func adminWrite(_ audit: String, limit: RateLimit, lock: String) -> Rules {
    Rules(.admin, limit: limit, idempotency: .seconds(600), lock: lock, caching: .noStore, audit: audit)
  }

  /// A read of an admin: it changes nothing, so it has no key, lock or audit event.
  package static func adminRead(limit: RateLimit) -> Rules {
    Rules(.admin, limit: limit, caching: .noStore)
  }
}

/// Who may call.
package enum Access: String, Sendable {
  case anyone
  /// Whoever has a public API key, once one is configured.
  case publicKey
  /// One of our edges, for itself: never for a client of its.
  case edge
  /// An access token of an active user.
  case user
  /// An access token with an admin's role and the MFA claim.
  case admin
}

/// How often one caller may ask: `count` requests in each window, per user behind a token, or per client address, where
/// an IPv6 network of 64 bits counts as one.
package struct RateLimit: Equatable, Sendable {
  package let count: Int
  package let window: Duration

  package init(_ count: Int, per window: Duration) {
    self.count = count
    self.window = window
  }

  package static func perMinute(_ count: Int) -> RateLimit { RateLimit(count, per: .seconds(60)) }
}

/// What the answer says to caches.
package enum Caching: Equatable, Sendable {
  /// The handler says it, or nothing is said.
  case none
  /// Secrets and personal data.
  case noStore
  /// Fresh for `maxAge`, with 304 and an ETag: the handler's, or a strong one of the answer's bytes. Zero adds neither.
  case shared(maxAge: Duration, variesByCountry: Bool = false)
}
