/// What one loop asks: the set that was loaded last. It may be another one at each request.
package final class CurrentPolicies {
  package private(set) var set: PolicySet
  private var followers: [(PolicySet) -> Void] = []

  package init(_ set: PolicySet) { self.set = set }

  package func replace(with set: PolicySet) {
    self.set = set
    for follower in followers { follower(set) }
  }

  /// Calls back with this set, and with each that replaces it.
  package func follow(_ follower: @escaping (PolicySet) -> Void) {
    followers.append(follower)
    follower(set)
  }
}
