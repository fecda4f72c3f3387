/// What one loop asks: the set that was loaded last, and beside it, perhaps, a shadow that is only tried.
package final class CurrentPolicies {
  package private(set) var set: PolicySet
  package private(set) var shadow: PolicyShadow?
  private var followers: [(PolicySet) -> Void] = []

  package init(_ set: PolicySet, shadow: PolicySet? = nil) {
    self.set = set
    self.shadow = shadow.map(PolicyShadow.init)
  }

  /// Both at once: they were loaded together.
  package func replace(with set: PolicySet, shadow: PolicySet?) {
    self.set = set
    self.shadow = shadow.map(PolicyShadow.init)
    for follower in followers { follower(set) }
  }

  /// Calls back with this set, and with each that replaces it.
  package func follow(_ follower: @escaping (PolicySet) -> Void) {
    followers.append(follower)
    follower(set)
  }

  /// The request headers that a question should hold, in lower case: the set's own first, so that a shadow's leave them
  /// their room.
  package var headers: [String] {
    guard let shadow else { return set.headers }
    return set.headers + shadow.set.headers.filter { !set.headers.contains($0) }
  }

  /// The set's decision. A shadow is asked when it is made, and has no part in it.
  package func decide(_ request: PolicyRequest) -> PolicyDecision {
    let decision = set.evaluate(request)
    shadow?.compare(with: decision, request)
    return decision
  }
}
