internal import PolicyABI
package import Publication

/// A title's windows as policies read them: laid out once per published change, then handed to every request.
@safe package final class PolicyWindows {
  let windows: UnsafeMutableBufferPointer<policy_window>
  private let countries: UnsafeMutableBufferPointer<policy_country>

  package init(_ windows: [AvailabilityWindow]) {
    let listed = windows.map(\.territory.countries)
    let countries = UnsafeMutableBufferPointer<policy_country>.allocate(capacity: listed.reduce(0) { $0 + $1.count })
    _ = unsafe countries.initialize(from: listed.joined().map { policy_country(letters: ($0.first, $0.second)) })
    var used = 0
    unsafe self.windows = .allocate(capacity: windows.count)
    _ = unsafe self.windows.initialize(
      from: windows.map { window in
        let count = window.territory.countries.count
        defer { used += count }
        return unsafe policy_window(
          start: window.start, end: window.end ?? .max, territory: window.territory.code,
          country_count: UInt32(count), countries: countries.baseAddress.map { unsafe UnsafePointer($0 + used) })
      })
    unsafe self.countries = countries
  }

  deinit {
    unsafe windows.deallocate()
    unsafe countries.deallocate()
  }
}

extension Territory {
  fileprivate var countries: [CountryCode] {
    switch self {
    case .global: []
    case .include(let countries), .exclude(let countries): countries
    }
  }

  fileprivate var code: policy_territory {
    switch self {
    case .global: policy_territory(POLICY_EVERYWHERE)
    case .include: policy_territory(POLICY_ONLY_IN)
    case .exclude: policy_territory(POLICY_ALL_BUT_IN)
    }
  }
}
