/// A rule that can decide, named once when its policy is loaded: a verdict costs one reference, never a string.
package final class PolicyRule: Sendable {
  package let policy: String
  package let name: String
  /// Snake case, for programs; empty if the rule never denies.
  package let reason: String
  /// `policy/name`, as answers and logs show it.
  package let qualifiedName: String

  package init(policy: String, name: String, reason: String) {
    self.policy = policy
    self.name = name
    self.reason = reason
    qualifiedName = "\(policy)/\(name)"
  }

  /// Nobody allowed the key: what no policy wants is refused.
  package static let notAllowed = PolicyRule(policy: "host", name: "no-allowance", reason: "key_not_allowed")

  /// No URL lives longer than a signature can, whatever the policies allow.
  package static let signatureLifetime = PolicyRule(policy: "host", name: "signature-lifetime", reason: "")

  /// A URL ends with its bundle, whatever the policies allow.
  package static let bundleExpiry = PolicyRule(policy: "host", name: "bundle-expiry", reason: "")
}
