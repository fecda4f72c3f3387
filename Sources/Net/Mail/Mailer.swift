/// Where mail goes: an SMTP server, or in development a folder.
package protocol Mailer {
  func send(_ message: Message) async throws(MailError)
}

/// Why a mail was not taken.
package enum MailError: Error, Equatable, Sendable {
  /// For good: no such recipient, a policy of the server.
  case refused(reason: String)
  /// For now: the server is away, busy, or greylists.
  case deferred(reason: String)

  package var isRetryable: Bool { if case .deferred = self { true } else { false } }

  package var reason: String {
    switch self {
    case .refused(let reason), .deferred(let reason): reason
    }
  }
}
