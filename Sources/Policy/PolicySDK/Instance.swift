internal import PolicyABI

/// One instance of a policy, as the table's functions see it: they cannot be generic.
class Instance {
  let description: Description
  let described: [Rule]

  init(rules: [Rule], headers: [String]) {
    description = Description(rules: rules, headers: headers)
    described = rules
  }

  static func held(_ instance: OpaquePointer?) -> Instance {
    unsafe Unmanaged<Instance>.fromOpaque(UnsafeRawPointer(instance!)).takeUnretainedValue()
  }

  func classify(_ request: Request, into answer: UnsafeMutablePointer<policy_answer>) -> policy_outcome { abstain }
  func authorize(_ request: Request, into answer: UnsafeMutablePointer<policy_answer>) -> policy_outcome { abstain }
  func limit(_ request: Request, into answer: UnsafeMutablePointer<policy_answer>) -> policy_outcome { abstain }
  func vary(_ request: Request, into answer: UnsafeMutablePointer<policy_answer>) -> policy_outcome { abstain }
}

final class InstanceFactory {
  let make: ([UInt8]) throws -> Instance
  init(_ make: @escaping ([UInt8]) throws -> Instance) { self.make = make }
}

final class TypedInstance<Rules: PolicyRules>: Instance {
  private let rules: Rules

  init(_ rules: Rules) {
    self.rules = rules
    super.init(rules: rules.rules, headers: rules.headers)
  }

  override func classify(_ request: Request, into answer: UnsafeMutablePointer<policy_answer>) -> policy_outcome {
    unsafe tell(answer) { () throws(HookFailed) in try rules.classify(request) }
  }

  override func vary(_ request: Request, into answer: UnsafeMutablePointer<policy_answer>) -> policy_outcome {
    unsafe tell(answer) { () throws(HookFailed) in try rules.vary(request) }
  }

  private func tell(
    _ answer: UnsafeMutablePointer<policy_answer>, _ country: () throws(HookFailed) -> Classification?
  ) -> policy_outcome {
    do {
      guard let found = try country() else { return abstain }
      unsafe answer.pointee.rule = UInt32(found.rule)
      unsafe answer.pointee.country = found.country.raw
      return allow
    } catch {
      return failed
    }
  }

  override func authorize(_ request: Request, into answer: UnsafeMutablePointer<policy_answer>) -> policy_outcome {
    do {
      switch try rules.authorize(request) {
      case .abstain:
        return abstain
      case .allow(let rule):
        unsafe answer.pointee.rule = UInt32(rule)
        return allow
      case .deny(let rule):
        unsafe answer.pointee.rule = UInt32(rule)
        return deny
      }
    } catch {
      return failed
    }
  }

  override func limit(_ request: Request, into answer: UnsafeMutablePointer<policy_answer>) -> policy_outcome {
    do {
      guard let bounds = try rules.limit(request) else { return abstain }
      unsafe answer.pointee.rule = UInt32(bounds.rule)
      unsafe answer.pointee.minimum = bounds.minimum ?? 0
      unsafe answer.pointee.maximum = bounds.maximum ?? 0
      return allow
    } catch {
      return failed
    }
  }
}

private let abstain = policy_outcome(POLICY_ABSTAIN)
private let allow = policy_outcome(POLICY_ALLOW)
private let deny = policy_outcome(POLICY_DENY)
private let failed = policy_outcome(POLICY_FAILED)
