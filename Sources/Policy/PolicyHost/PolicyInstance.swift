internal import Glibc
internal import PolicyABI

/// One instance of a policy: a loop's own, asked by that loop alone.
@safe final class PolicyInstance {
  /// What a hook said. `rule` is nil for an abstention.
  struct Answer {
    enum Outcome { case abstain, allow, deny }
    var outcome: Outcome
    var rule: PolicyRule?
    var values = policy_answer()
  }

  let name: String
  let headers: [String]
  private(set) var counters: PolicyCounters

  private let library: PolicyLibrary
  private let instance: OpaquePointer
  private let rules: [PolicyRule]
  private let hooks: InlineArray<4, HookFunction?>
  private let broken: PolicyRule
  private var budget = ErrorBudget()

  init(_ library: PolicyLibrary, settings: String) throws(PolicyError) {
    let instance = unsafe try Self.create(library, settings: settings)
    self.library = library
    name = library.name
    unsafe self.instance = instance
    unsafe hooks = [library.hook(.classify), library.hook(.authorize), library.hook(.limit), library.hook(.vary)]
    broken = PolicyRule(policy: library.name, name: "failure", reason: "policy_failed")
    counters = PolicyCounters(policy: library.name, isQuarantined: false)

    var description = unsafe policy_description()
    unsafe description.size = MemoryLayout<policy_description>.size
    unsafe library.table.pointee.describe(instance, &description)
    let name = library.name
    rules = unsafe UnsafeBufferPointer(start: description.rules, count: description.rule_count).map { rule in
      unsafe PolicyRule(policy: name, name: String(rule.name), reason: String(rule.reason))
    }
    headers = unsafe UnsafeBufferPointer(start: description.headers, count: description.header_count)
      .map { unsafe String($0) }
  }

  deinit { unsafe library.table.pointee.destroy(instance) }

  private static func create(_ library: PolicyLibrary, settings: String) throws(PolicyError) -> OpaquePointer {
    var settings = settings
    var line = [UInt8](repeating: 0, count: 512)
    var count = 0
    let instance = settings.withUTF8 { text in
      unsafe line.withUnsafeMutableBufferPointer { room in
        var why = unsafe policy_message(bytes: room.baseAddress, capacity: room.count, count: 0)
        defer { count = unsafe min(why.count, room.count) }
        return unsafe library.table.pointee.create(
          library.table, policy_string(bytes: text.baseAddress, count: text.count), &why)
      }
    }
    guard let instance = unsafe instance else {
      throw PolicyError(library.name, .settingsRejected(String(decoding: line.prefix(count), as: UTF8.self)))
    }
    return unsafe instance
  }

  /// Asks a hook; nil: the policy has no such hook. A failure abstains or denies, as the policy's table says.
  func ask(_ hook: PolicyHook, _ request: PolicyRequest) -> Answer? {
    guard let function = unsafe hooks[hook.rawValue] else { return nil }
    if counters.isQuarantined { return failure(of: hook) }

    var values = policy_answer()
    values.size = MemoryLayout<policy_answer>.size
    let start = nanoseconds()
    let code = unsafe withUnsafePointer(to: &request.raw) { unsafe function(instance, $0, &values) }
    let elapsed = nanoseconds() &- start

    let outcome: Answer.Outcome? =
      switch Int(code) {
      case POLICY_ABSTAIN: .abstain
      case POLICY_ALLOW where values.rule < rules.count: .allow
      case POLICY_DENY where values.rule < rules.count && hook == .authorize: .deny
      default: nil
      }
    counters.count(hook, nanoseconds: elapsed, denied: outcome == .deny, failed: outcome == nil)
    guard let outcome else {
      budget.failed()
      counters.isQuarantined = budget.isSpent
      return failure(of: hook)
    }
    budget.answered()
    return Answer(outcome: outcome, rule: outcome == .abstain ? nil : rules[Int(values.rule)], values: values)
  }

  private func failure(of hook: PolicyHook) -> Answer {
    library.failsOpen(hook) ? Answer(outcome: .abstain) : Answer(outcome: .deny, rule: broken)
  }

  private func nanoseconds() -> UInt64 {
    var time = timespec()
    unsafe clock_gettime(CLOCK_MONOTONIC, &time)
    return UInt64(time.tv_sec) * 1_000_000_000 + UInt64(time.tv_nsec)
  }
}

extension String {
  fileprivate init(_ raw: policy_string) {
    unsafe self.init(decoding: UnsafeBufferPointer(start: raw.bytes, count: raw.count), as: UTF8.self)
  }
}
