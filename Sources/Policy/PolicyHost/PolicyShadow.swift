internal import Publication

/// A set that is tried on real requests: what it would decide is compared with what was decided, counted and forgotten.
package final class PolicyShadow {
  let set: PolicySet
  package private(set) var tally = ShadowTally()

  init(_ set: PolicySet) { self.set = set }

  func compare(with decision: PolicyDecision, _ request: PolicyRequest) {
    request.forgetCountry()
    tally.count(set.evaluate(request), against: decision)
  }
}

/// How often a shadow was asked, and how it would have decided otherwise.
package struct ShadowTally: Sendable {
  package private(set) var compared: UInt64 = 0
  /// No more entries than rules can make: it does not grow with requests.
  package private(set) var differences: [ShadowDifference: UInt64] = [:]

  package var differing: UInt64 { differences.values.reduce(0, +) }

  mutating func count(_ would: PolicyDecision, against did: PolicyDecision) {
    compared += 1
    if let difference = ShadowDifference(would, against: did) { differences[difference, default: 0] += 1 }
  }

  /// Another loop's.
  package mutating func add(_ other: ShadowTally) {
    compared += other.compared
    differences.merge(other.differences, uniquingKeysWith: +)
  }
}

/// What a caller would notice if the shadow decided.
package struct ShadowDifference: Hashable, Sendable {
  package enum Kind: String, Codable, Sendable {
    /// It refuses what was granted.
    case refuses
    /// It grants what was refused.
    case grants
    /// It refuses too, by another rule.
    case refusesOtherwise = "refuses otherwise"
    case shortens, lengthens
    /// It takes the caller to be elsewhere.
    case placesElsewhere = "places elsewhere"
  }

  package let kind: Kind
  /// Whose decision it is; for what it grants, the rule that refused.
  package let rule: String

  /// Nil: nobody would notice.
  init?(_ would: PolicyDecision, against did: PolicyDecision) {
    switch (would.deniedBy?.qualifiedName, did.deniedBy?.qualifiedName) {
    case (let new?, nil): (kind, rule) = (.refuses, new)
    case (nil, let old?): (kind, rule) = (.grants, old)
    case (let new?, let old?):
      guard new != old else { return nil }
      (kind, rule) = (.refusesOtherwise, new)
    case (nil, nil):
      if would.lifetime != did.lifetime {
        kind = would.lifetime < did.lifetime ? .shortens : .lengthens
        rule = (would.limitedBy ?? did.limitedBy)?.qualifiedName ?? ""
      } else {
        guard would.country != did.country else { return nil }
        (kind, rule) = (.placesElsewhere, would.country?.description ?? "nowhere")
      }
    }
  }
}
