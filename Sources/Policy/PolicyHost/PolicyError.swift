/// Why a set of policies cannot be used. Always the operator's to mend; a running node keeps its old set.
package struct PolicyError: Error, Equatable, Codable {
  package enum Reason: Equatable, Codable, Sendable {
    case missing
    case nameTaken
    /// Others may write it, or somebody else owns it: what is meant by `what`.
    case untrusted(what: String, why: String)
    case notCopied(String)
    /// The dynamic linker's words.
    case notLoadable(String)
    case noEntry
    /// It wants a host of another major version, or declines this one.
    case wrongABI(major: UInt32, minor: UInt32)
    case declined
    case malformedTable(String)
    case settingsRejected(String)
    /// A library that ends the process that opens or asks it.
    case crashed(signal: Int32)
    case validationFailed(String)
  }

  /// The policy's name in the list.
  package let policy: String
  package let reason: Reason

  package init(_ policy: String, _ reason: Reason) {
    self.policy = policy
    self.reason = reason
  }
}

extension PolicyError: CustomStringConvertible {
  package var description: String { "policy \"\(policy)\": \(reason)" }
}

extension PolicyError.Reason: CustomStringConvertible {
  package var description: String {
    switch self {
    case .missing: "its library does not exist"
    case .nameTaken: "another policy has the same name"
    case .untrusted(let what, let why): "\(what) is not safe to load from: \(why)"
    case .notCopied(let why): "its library could not be copied: \(why)"
    case .notLoadable(let why): "its library could not be loaded: \(why)"
    case .noEntry: "its library exports no moviesnow_policy"
    case .wrongABI(let major, let minor): "it was built for policy.h \(major).\(minor); this node has 1.x"
    case .declined: "it declines to work with this version"
    case .malformedTable(let why): "its function table is malformed: \(why)"
    case .settingsRejected(let why): "it rejects its settings: \(why)"
    case .crashed(let signal): "it crashed with signal \(signal) while it was tried"
    case .validationFailed(let why): "it could not be tried: \(why)"
    }
  }
}
