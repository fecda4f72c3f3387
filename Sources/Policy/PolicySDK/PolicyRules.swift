/// A policy: what a plugin is, apart from being a library. Write the rules as a plain value that conforms to this, test
/// it with `FakeHost`, and export it in a second target:
///
///     private nonisolated(unsafe) let table = unsafe PolicyEntry.table(for: MyRules.self)
///
///     @c(moviesnow_policy)
///     public func entry(hostMajor: UInt32, hostMinor: UInt32) -> UnsafePointer<policy_plugin>? { unsafe table }
///
/// Hooks run on an event loop: they must not block, and should not allocate.
public protocol PolicyRules {
  /// What an operator may set, decoded from one JSON text. `{}` should give a useful default.
  associatedtype Settings: Decodable

  /// The plugin's own version, for people.
  static var version: String { get }
  /// The hooks that these rules have an opinion in; the host calls no other.
  static var hooks: Hooks { get }
  /// The hooks whose failure counts as an abstention instead of a refusal.
  static var failsOpen: Hooks { get }

  /// Throws `SettingsRefused` (or any error) when the settings make no sense.
  init(_ settings: Settings) throws

  /// The rules that can decide; hooks name them by their place in this list.
  var rules: [Rule] { get }
  /// The request headers that the hooks read, in lower case. Only trusted proxies' headers ever arrive.
  var headers: [String] { get }

  /// Where the caller is. Nil: this policy cannot tell.
  func classify(_ request: Request) throws(HookFailed) -> Classification?
  /// Whether the key may be issued.
  func authorize(_ request: Request) throws(HookFailed) -> Verdict
  /// The bounds of the URL's lifetime. Nil: none.
  func limit(_ request: Request) throws(HookFailed) -> Bounds?
  /// Of answers that differ by country, whose the caller is given: a country that stands for all to whom the same
  /// applies. Nil: its own.
  func vary(_ request: Request) throws(HookFailed) -> Classification?
}

extension PolicyRules {
  public static var failsOpen: Hooks { [] }
  public var headers: [String] { [] }
  public func classify(_ request: Request) throws(HookFailed) -> Classification? { nil }
  public func authorize(_ request: Request) throws(HookFailed) -> Verdict { .abstain }
  public func limit(_ request: Request) throws(HookFailed) -> Bounds? { nil }
  public func vary(_ request: Request) throws(HookFailed) -> Classification? { nil }
}

/// A set of hooks.
public struct Hooks: OptionSet, Sendable {
  public let rawValue: UInt32
  public init(rawValue: UInt32) { self.rawValue = rawValue }

  public static let classify = Hooks(rawValue: 1)
  public static let authorize = Hooks(rawValue: 2)
  public static let limit = Hooks(rawValue: 4)
  public static let vary = Hooks(rawValue: 8)
}

/// A rule that can decide.
public struct Rule: Hashable, Sendable {
  /// What operators read in answers, logs and metrics: short, and stable.
  public let name: String
  /// Why it denies, in snake_case, for programs; empty if it never does.
  public let reason: String

  public init(_ name: String, denies reason: String = "") {
    self.name = name
    self.reason = reason
  }
}

/// A country, of a caller or in its stead, and the rule that found it.
public struct Classification: Equatable, Sendable {
  public let country: Country
  public let rule: Int

  public init(_ country: Country, by rule: Int) {
    self.country = country
    self.rule = rule
  }
}

/// May the key be issued? One denial refuses; without any allowance the host refuses too.
public enum Verdict: Equatable, Sendable {
  case abstain
  case allow(by: Int)
  case deny(by: Int)
}

/// Bounds of a URL's lifetime, in seconds. The host takes the strictest of all policies'; a maximum beats a minimum.
public struct Bounds: Equatable, Sendable {
  public let minimum: Int64?
  public let maximum: Int64?
  public let rule: Int

  public init(minimum: Int64? = nil, maximum: Int64? = nil, by rule: Int) {
    self.minimum = minimum
    self.maximum = maximum
    self.rule = rule
  }
}

/// A hook could not decide: something that it depends on is broken. Counts against the plugin's error budget.
public struct HookFailed: Error { public init() {} }

/// Settings that decode and yet make no sense. The message is one line, for the operator.
public struct SettingsRefused: Error, CustomStringConvertible {
  public let description: String
  public init(_ message: String) { description = message }
}
