internal import Observability
internal import PolicyHost

extension Metrics {
  /// What the policies of this loop have been asked and have said, read at each scrape. A reload counts from zero, and
  /// a policy that it has left out stays there.
  func observe(_ policies: CurrentPolicies) {
    policies.follow { [unowned self, unowned policies] set in
      for policy in set.counters.map(\.policy) {
        gauge(
          "edge_policy_quarantined", help: "1 while a loop leaves a policy out that erred too often.",
          labels: [MetricLabel("policy", policy)], together: .greatest
        ) { Self.counters(of: policy, in: policies.set)?.isQuarantined == true ? 1 : 0 }
        for hook in PolicyHook.allCases { observe(policy, hook, policies) }
      }
    }
    for differs in [true, false] {
      counter(
        "edge_policy_shadow_decisions_total",
        help: "Decisions that a list on trial was asked for too, by whether it would have decided otherwise.",
        labels: [MetricLabel("differs", "\(differs)")]
      ) { [unowned policies] in
        guard let tally = policies.shadow?.tally else { return 0 }
        return Double(differs ? tally.differing : tally.compared - tally.differing)
      }
    }
  }

  private func observe(_ policy: String, _ hook: PolicyHook, _ policies: CurrentPolicies) {
    let labels = [MetricLabel("policy", policy), MetricLabel("hook", "\(hook)")]
    func read(_ name: String, _ help: String, _ value: @escaping (HookCounters) -> Double) {
      counter(name, help: help, labels: labels) {
        Self.counters(of: policy, in: policies.set).map { value($0[hook]) } ?? 0
      }
    }
    read("edge_policy_calls_total", "Questions put to a policy.") { Double($0.calls) }
    read("edge_policy_denials_total", "Questions that a policy answered with a refusal.") { Double($0.denials) }
    read("edge_policy_failures_total", "Questions that a policy could not answer.") { Double($0.failures) }
    read("edge_policy_seconds_total", "Time spent in a policy.") { Double($0.nanoseconds) / 1_000_000_000 }
  }

  private static func counters(of policy: String, in set: PolicySet) -> PolicyCounters? {
    set.counters.first { $0.policy == policy }
  }
}
