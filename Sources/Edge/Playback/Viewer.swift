internal import Redis

/// Whose session it is, and what may be kept about them.
package struct Viewer: Hashable, Sendable {
  package enum Identity: Hashable, Sendable {
    case user(String)
    case anonymous(String)
  }

  package let identity: Identity
  /// What an idempotency key belongs to: the same key of another viewer is another key.
  package let scope: String
  /// Of the client's address and browser, only what the settings allow.
  package let traces: ClientTraces

  package init(_ identity: Identity, scope: String? = nil, traces: ClientTraces = ClientTraces()) {
    self.identity = identity
    self.traces = traces
    self.scope =
      switch identity {
      case .user(let id): "user:\(id)"
      case .anonymous(let id): "anonymous:\(scope ?? id)"
      }
  }

  package var userID: String? { if case .user(let id) = identity { id } else { nil } }
  package var anonymousID: String? { if case .anonymous(let id) = identity { id } else { nil } }

  func append(to call: inout ScriptCall) {
    call.argument("user_id", userID)
    call.argument("anon_id", anonymousID)
    call.argument("ip", traces.address)
    call.argument("ip_hash", traces.addressHash)
    call.argument("user_agent", traces.userAgent)
    call.argument("user_agent_hash", traces.userAgentHash)
  }
}

/// What a session keeps of its client's address and browser.
package struct ClientTraces: Hashable, Sendable {
  package var address: String?
  package var addressHash: String?
  package var userAgent: String?
  package var userAgentHash: String?

  package init() {}
}
