public import PolicySDK

/// Keeps the lifetime of a URL between a minimum and a maximum, in general and for keys below a prefix.
public struct TTLClampPolicy: PolicyRules {
  public static let version = "1.0"
  public static let hooks: Hooks = .limit

  private let general: TTLClampSettings.Range
  /// The longest prefix first: the most specific one decides.
  private let byPrefix: [TTLClampSettings.Prefix]

  public init(_ settings: TTLClampSettings) {
    general = settings.general
    byPrefix = settings.prefixes.sorted { $0.bytes.count > $1.bytes.count }
  }

  public var rules: [Rule] { [Rule("ttl")] + byPrefix.map { Rule("ttl \($0.text)") } }

  public func limit(_ request: Request) -> Bounds? {
    let key = request.key
    guard let place = byPrefix.firstIndex(where: { key.hasPrefix($0.bytes) }) else {
      return Bounds(minimum: general.minimum, maximum: general.maximum, by: 0)
    }
    return Bounds(minimum: byPrefix[place].range.minimum, maximum: byPrefix[place].range.maximum, by: place + 1)
  }
}
