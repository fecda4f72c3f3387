/// Why a command has no reply.
package enum RedisError: Error, Equatable {
  /// Redis cannot be reached, or does not let us in.
  case unavailable(reason: String)
  /// More commands wait than the settings allow.
  case overloaded
  case timedOut(wasSent: Bool)
  /// The connection ended between the command and its reply.
  case connectionLost
  /// Redis answered with an error.
  case refused(RedisRefusal)

  package enum Fault: Equatable, Sendable { case ours, network, server }

  package var fault: Fault {
    switch self {
    case .overloaded: .ours
    case .unavailable, .timedOut, .connectionLost: .network
    case .refused(let refusal): refusal.isPassing ? .server : .ours
    }
  }

  /// When true, Redis may have run the command: only an idempotent one may be sent again.
  package var mayHaveRun: Bool {
    switch self {
    case .timedOut(let wasSent): wasSent
    case .connectionLost: true
    case .unavailable, .overloaded, .refused: false
    }
  }

  /// The same command may succeed a moment later. See `mayHaveRun` before sending it again.
  package var isRetryable: Bool {
    switch self {
    case .unavailable, .timedOut, .connectionLost: true
    case .overloaded: false
    case .refused(let refusal): refusal.isPassing
    }
  }
}

extension RedisError {
  /// Redis has forgotten the script, or never knew it.
  var isOfUnknownScript: Bool {
    if case .refused(let refusal) = self { refusal.code == "NOSCRIPT" } else { false }
  }
}

extension RedisError: CustomStringConvertible {
  package var description: String {
    switch self {
    case .unavailable(let reason): "no connection: \(reason)"
    case .overloaded: "too many commands wait"
    case .timedOut(let wasSent): wasSent ? "no reply in time" : "no connection in time"
    case .connectionLost: "the connection was lost"
    case .refused(let refusal): "\(refusal.code) \(refusal.message)"
    }
  }
}

/// An error reply: "WRONGTYPE Operation against …" has the code WRONGTYPE.
package struct RedisRefusal: Error, Hashable, Sendable {
  package let code: String
  package let message: String

  init(_ reply: String) {
    let code = reply.prefix { $0 != " " }
    self.code = String(code)
    message = String(reply.dropFirst(code.count).drop { $0 == " " })
  }

  /// States of a server that end by themselves: it loads its data, fails over, or is full.
  var isPassing: Bool {
    ["LOADING", "READONLY", "MASTERDOWN", "CLUSTERDOWN", "TRYAGAIN", "BUSY", "OOM", "NOREPLICAS"].contains(code)
  }
}
