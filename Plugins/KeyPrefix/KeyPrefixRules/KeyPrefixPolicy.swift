internal import KeyPatterns
public import PolicySDK

/// Allows the keys that match a pattern, and refuses all others. A pattern under `deny` beats every allowance.
public struct KeyPrefixPolicy: PolicyRules {
  public static let version = "1.0"
  public static let hooks: Hooks = .authorize

  private let allowed: [KeyPattern]
  private let denied: [KeyPattern]
  public let rules: [Rule]

  public init(_ settings: KeyPrefixSettings) throws {
    allowed = try settings.allow.map { try KeyPattern($0) }
    denied = try settings.deny.map { try KeyPattern($0) }
    rules =
      allowed.map { Rule($0.text) }
      + denied.map { Rule("not \($0.text)", denies: "key_denied") }
      + [Rule("allowed-keys", denies: "key_not_allowed")]
  }

  public func authorize(_ request: Request) -> Verdict {
    request.key.withBytes { key in
      if let place = denied.firstIndex(where: { $0.matches(key) }) { return .deny(by: allowed.count + place) }
      if let place = allowed.firstIndex(where: { $0.matches(key) }) { return .allow(by: place) }
      return .deny(by: rules.count - 1)
    }
  }
}
