internal import PolicyABI
package import Publication

/// The ordered chain of policies, as one loop asks it. Its decisions are values: a request that was decided here goes
/// on with that decision, even when the loop has a newer set by then.
package final class PolicySet {
  /// Which load of the list this is; counts up from 1.
  package let epoch: Int
  /// The request headers that some policy reads, in lower case: what to hand over from trusted proxies.
  package let headers: [String]

  private let policies: [PolicyInstance]

  /// Seven days, in seconds: no store takes a signed URL that lives longer. Source: Amazon S3 API Reference, "Query
  /// string authentication".
  private static let longestLifetime: Int64 = 604_800

  init(epoch: Int, policies: [PolicyInstance]) {
    self.epoch = epoch
    self.policies = policies
    var seen: Set<String> = []
    headers = policies.flatMap(\.headers).filter { seen.insert($0).inserted }
  }

  package var counters: [PolicyCounters] { policies.map(\.counters) }

  /// Where is the caller, may the key be issued, and for how long? Allocates nothing and never waits.
  package func evaluate(_ request: PolicyRequest) -> PolicyDecision {
    if let refused = classify(request) { return denial(refused, of: request) }
    if let refused = authorize(request) { return denial(refused, of: request) }
    return limit(request)
  }

  /// Where is the caller? For requests that want no URL: their key is empty. Nil: nobody can tell.
  package func country(for request: PolicyRequest) -> CountryCode? {
    classify(request) == nil ? request.country : nil
  }

  /// Whose answer is the caller given, where answers differ by country? Its own country's, unless a policy knows that
  /// another one's is the same. Nil: nobody can tell where the caller is.
  package func audience(for request: PolicyRequest) -> CountryCode? {
    guard let country = country(for: request) else { return nil }
    for policy in policies {
      guard let answer = policy.ask(.vary, request), answer.outcome == .allow else { continue }
      return CountryCode(answer.values.country) ?? country
    }
    return country
  }

  /// The first policy that can tell wins. A rule: classifying failed closed.
  private func classify(_ request: PolicyRequest) -> PolicyRule? {
    for policy in policies {
      guard let answer = policy.ask(.classify, request) else { continue }
      switch answer.outcome {
      case .abstain: continue
      case .deny: return answer.rule
      case .allow:
        unsafe request.raw.country = answer.values.country
        return nil
      }
    }
    return nil
  }

  /// The first denial wins, and without any allowance the key is refused.
  private func authorize(_ request: PolicyRequest) -> PolicyRule? {
    var isAllowed = false
    for policy in policies {
      guard let answer = policy.ask(.authorize, request) else { continue }
      switch answer.outcome {
      case .abstain: continue
      case .allow: isAllowed = true
      case .deny: return answer.rule
      }
    }
    return isAllowed ? nil : .notAllowed
  }

  /// The strictest bounds of all, the signature's own among them; a maximum beats a minimum.
  private func limit(_ request: PolicyRequest) -> PolicyDecision {
    var bounds = LifetimeBounds()
    for policy in policies {
      guard let answer = policy.ask(.limit, request), let rule = answer.rule else { continue }
      if answer.outcome == .deny { return denial(rule, of: request) }
      bounds.narrow(minimum: answer.values.minimum, maximum: answer.values.maximum, by: rule)
    }
    bounds.narrow(minimum: 0, maximum: Self.longestLifetime, by: .signatureLifetime)
    let (lifetime, rule) = unsafe bounds.clamp(request.raw.lifetime)
    return PolicyDecision(outcome: .allow, lifetime: lifetime, limitedBy: rule, country: request.country)
  }

  private func denial(_ rule: PolicyRule, of request: PolicyRequest) -> PolicyDecision {
    PolicyDecision(outcome: .deny(rule), lifetime: 0, limitedBy: nil, country: request.country)
  }
}

extension PolicySet {
  /// What one policy said to one question.
  package struct Opinion {
    package let policy: String
    package let hook: PolicyHook
    package let rule: PolicyRule?
    /// For people: `allow`, `deny`, `abstain`, `country DE`, `60…3600 s`.
    package let verdict: String
  }

  /// Asks every policy every question, even after a denial: for an operator who wonders.
  package func explain(_ request: PolicyRequest) -> (opinions: [Opinion], decision: PolicyDecision) {
    let decision = evaluate(request)
    var opinions: [Opinion] = []
    for hook in PolicyHook.allCases {
      for policy in policies {
        guard let answer = policy.ask(hook, request) else { continue }
        let verdict = describe(answer, of: hook)
        opinions.append(Opinion(policy: policy.name, hook: hook, rule: answer.rule, verdict: verdict))
      }
    }
    return (opinions, decision)
  }

  private func describe(_ answer: PolicyInstance.Answer, of hook: PolicyHook) -> String {
    switch (answer.outcome, hook) {
    case (.abstain, _): "abstain"
    case (.deny, _): "deny"
    case (.allow, .authorize): "allow"
    case (.allow, .classify): CountryCode(answer.values.country).map { "country \($0)" } ?? "no country"
    case (.allow, .vary): CountryCode(answer.values.country).map { "as \($0)" } ?? "no country"
    case (.allow, .limit):
      "\(answer.values.minimum == 0 ? "" : "\(answer.values.minimum)")…"
        + (answer.values.maximum == 0 ? "" : "\(answer.values.maximum)") + " s"
    }
  }
}

extension PolicyRequest {
  /// What a policy's `classify` found.
  var country: CountryCode? { unsafe CountryCode(raw.country) }
}

extension CountryCode {
  init?(_ raw: policy_country) { self.init(raw.letters.0, raw.letters.1) }
}
