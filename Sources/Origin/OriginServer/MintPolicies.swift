internal import Bundles
internal import HTTP
internal import PolicyHost
internal import Publication
internal import Signing

/// Asks the policies before a token is minted: a key that no edge would issue gets none. What depends on the player,
/// such as a country or a window, they are asked again when the token is redeemed.
final class MintPolicies {
  private let decide: (PolicyRequest) -> PolicyDecision
  private let request = PolicyRequest()

  init(_ decide: @escaping (PolicyRequest) -> PolicyDecision) { self.decide = decide }

  /// - Throws: `Problem` 403 that names the rule.
  func permit(_ key: StorageKey, lifetime: Int64) throws(Problem) -> Permit {
    request.begin(key: key.text, purpose: .mint, now: CivilTime.nowUnixSeconds, lifetime: lifetime)
    let decision = decide(request)
    guard let rule = decision.deniedBy else {
      return Permit(lifetime: decision.lifetime, limitedBy: decision.limitedBy?.qualifiedName)
    }
    throw Problem(.forbidden, "The policy refuses this key: \(rule.reason)")
      .adding("reason", rule.reason).adding("rule", rule.qualifiedName)
  }
}
