internal import FoundationEssentials

/// What the policies of a process are doing, as its ops listener tells it under /policies and `moviesnow plugins` shows
/// it.
package struct PolicyStatus: Codable, Equatable, Sendable {
  package static let path = "/policies"

  package struct Policy: Codable, Equatable, Sendable {
    package let name: String
    /// Questions of all hooks, on all loops; what it refused of them, and what it could not answer.
    package var calls, denials, failures: UInt64
    /// Loops on which it has erred too often, and is no longer asked.
    package var quarantines: Int

    init(_ counters: PolicyCounters) {
      let hooks = PolicyHook.allCases.map { counters[$0] }
      name = counters.policy
      calls = hooks.reduce(0) { $0 + $1.calls }
      denials = hooks.reduce(0) { $0 + $1.denials }
      failures = hooks.reduce(0) { $0 + $1.failures }
      quarantines = counters.isQuarantined ? 1 : 0
    }

    mutating func add(_ other: Policy) {
      calls += other.calls
      denials += other.denials
      failures += other.failures
      quarantines += other.quarantines
    }
  }

  package struct Shadow: Codable, Equatable, Sendable {
    package var policies: [Policy]
    package let compared: UInt64
    package let differences: [Difference]
  }

  package struct Difference: Codable, Equatable, Sendable {
    package let kind: ShadowDifference.Kind
    package let rule: String
    package let count: UInt64
  }

  /// Of the process that gets SIGHUP.
  package let process: Int32
  /// Which load of the list is asked; counts up from 1.
  package let epoch: Int
  /// How often a reload has ended, well or not.
  package let reloads: Int
  /// Why the last reload was refused; nil: it was not.
  package let refusal: String?
  package let policies: [Policy]
  package let shadow: Shadow?

  package init(
    process: Int32, epoch: Int, reloads: Int, refusal: String?, loops: [LoopShare]
  ) {
    self.process = process
    self.epoch = epoch
    self.reloads = reloads
    self.refusal = refusal
    policies = Self.sum(loops.map(\.policies))
    let shadows = loops.compactMap(\.shadow)
    shadow = shadows.isEmpty ? nil : Self.shadow(shadows)
  }

  /// What one loop has counted.
  package struct LoopShare: Sendable {
    let policies: [PolicyCounters]
    let shadow: (policies: [PolicyCounters], tally: ShadowTally)?

    package init(_ current: CurrentPolicies) {
      policies = current.set.counters
      shadow = current.shadow.map { ($0.set.counters, $0.tally) }
    }
  }

  private static func shadow(_ loops: [(policies: [PolicyCounters], tally: ShadowTally)]) -> Shadow {
    let tally = loops.reduce(into: ShadowTally()) { $0.add($1.tally) }
    let differences = tally.differences.map { Difference(kind: $0.kind, rule: $0.rule, count: $1) }
    return Shadow(
      policies: sum(loops.map(\.policies)), compared: tally.compared,
      differences: differences.sorted { ($0.count, $1.rule) > ($1.count, $0.rule) })
  }

  /// By name, in the list's order.
  private static func sum(_ loops: [[PolicyCounters]]) -> [Policy] {
    var sums: [Policy] = []
    for policy in loops.joined().map(Policy.init) {
      if let place = sums.firstIndex(where: { $0.name == policy.name }) {
        sums[place].add(policy)
      } else {
        sums.append(policy)
      }
    }
    return sums
  }

  package var json: [UInt8] {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    // Strings and integers always encode.
    return [UInt8](try! encoder.encode(self))
  }

  /// Nil: it is another server's answer.
  package init?(json: [UInt8]) {
    guard let status = try? JSONDecoder().decode(Self.self, from: Data(json)) else { return nil }
    self = status
  }
}
