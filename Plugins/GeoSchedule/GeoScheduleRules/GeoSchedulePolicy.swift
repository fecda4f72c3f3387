public import PolicySDK

/// Where the caller is, and whether the title's windows are open there. An open window also bounds the lifetime: a URL
/// does not outlive it. A key of no known title, or a title without windows, is none of its business.
public struct GeoSchedulePolicy: PolicyRules {
  public static let version = "1.0"
  public static let hooks: Hooks = [.classify, .authorize, .limit, .vary]
  /// A broken database leaves the country unknown, which closes every window that is not global.
  public static let failsOpen: Hooks = .classify

  private enum Decision: Int, CaseIterable {
    case open, countryUnknown, countryExcluded, closed, windowEnd, database, region

    var rule: Rule {
      switch self {
      case .open: Rule("window-open")
      case .countryUnknown: Rule("known-country", denies: "country_unknown")
      case .countryExcluded: Rule("territory", denies: "country_excluded")
      case .closed: Rule("window", denies: "window_closed")
      case .windowEnd: Rule("window-end")
      case .database: Rule("country-database")
      case .region: Rule("region")
      }
    }
  }

  public let headers: [String]
  private let database: CountryDatabase?
  private let regions: [[Country]]

  public init(_ settings: GeoScheduleSettings) throws {
    headers = settings.headers
    regions = settings.regions
    database = try settings.database.map { path throws(SettingsRefused) in try CountryDatabase(path: path) }
  }

  public var rules: [Rule] { Decision.allCases.map(\.rule) + headers.map { Rule("header \($0)") } }

  public func classify(_ request: Request) throws(HookFailed) -> Classification? {
    for (place, name) in headers.enumerated() {
      if let country = request.header(name).flatMap({ Country($0) }) {
        return Classification(country, by: Decision.allCases.count + place)
      }
    }
    guard let country = try database?.country(of: request.address) else { return nil }
    return Classification(country, by: Decision.database.rawValue)
  }

  /// A token is minted for a player elsewhere: the windows are asked when it is redeemed.
  public func authorize(_ request: Request) -> Verdict {
    if request.purpose == .mint || request.title.isEmpty || request.windows.isEmpty { return .abstain }
    switch Schedule(request.windows, in: request.country, at: request.now).state {
    case .open: return .allow(by: Decision.open.rawValue)
    case .countryUnknown: return .deny(by: Decision.countryUnknown.rawValue)
    case .countryExcluded: return .deny(by: Decision.countryExcluded.rawValue)
    case .closed: return .deny(by: Decision.closed.rawValue)
    }
  }

  public func limit(_ request: Request) -> Bounds? {
    if request.purpose == .mint || request.title.isEmpty || request.windows.isEmpty { return nil }
    let schedule = Schedule(request.windows, in: request.country, at: request.now)
    guard case .open(let end) = schedule.state, end != .max else { return nil }
    return Bounds(maximum: end - request.now, by: Decision.windowEnd.rawValue)
  }

  /// A region's first country stands for all of them.
  public func vary(_ request: Request) -> Classification? {
    guard let country = request.country else { return nil }
    for region in regions where region.contains(country) {
      return Classification(region[0], by: Decision.region.rawValue)
    }
    return nil
  }
}
