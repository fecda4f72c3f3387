package import Publication

/// What the whole chain says about one request.
package struct PolicyDecision {
  package enum Outcome {
    case allow
    case deny(PolicyRule)
  }

  package let outcome: Outcome
  /// How long the URL may live, in seconds.
  package let lifetime: Int64
  /// The rule that made it shorter or longer than asked for; nil: as asked.
  package let limitedBy: PolicyRule?
  /// Where the caller is, if a policy could tell.
  package let country: CountryCode?

  package var isAllowed: Bool { if case .allow = outcome { true } else { false } }

  package var deniedBy: PolicyRule? { if case .deny(let rule) = outcome { rule } else { nil } }
}
