internal import PolicySDK

/// What a title's windows say about one country at one moment.
struct Schedule {
  enum State: Equatable {
    /// Until a moment in Unix seconds; `Int64.max`: for good.
    case open(until: Int64)
    case closed
    /// No window, now or later, holds this country.
    case countryExcluded
    case countryUnknown
  }

  let state: State

  init(_ windows: Windows, in country: Country?, at now: Int64) {
    let here = (0..<windows.count).lazy.map { windows[$0] }.filter { $0.contains(country) }
    let onlyGlobal = (0..<windows.count).allSatisfy { windows[$0].isGlobal }
    if here.contains(where: { $0.isOpen(at: now) }) {
      state = .open(until: Self.end(of: here, from: now))
    } else if country == nil, !onlyGlobal {
      state = .countryUnknown
    } else {
      state = here.isEmpty ? .countryExcluded : .closed
    }
  }

  /// The end of the stretch that is open at `now`: a window that begins where another ends carries it on.
  private static func end(of windows: some Sequence<Window>, from now: Int64) -> Int64 {
    var end = now
    while let longer = windows.first(where: { $0.start <= end && $0.end > end }) { end = longer.end }
    return end
  }
}
