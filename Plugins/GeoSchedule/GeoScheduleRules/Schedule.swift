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

  // Plain loops: a lazy sequence's closures would be allocated.
  init(_ windows: Windows, in country: Country?, at now: Int64) {
    var isListed = false
    var isOnlyGlobal = true
    var isOpen = false
    for index in 0..<windows.count {
      let window = windows[index]
      if !window.isGlobal { isOnlyGlobal = false }
      guard window.contains(country) else { continue }
      isListed = true
      if window.isOpen(at: now) { isOpen = true }
    }
    if isOpen {
      state = .open(until: Self.end(of: windows, in: country, from: now))
    } else if country == nil, !isOnlyGlobal {
      state = .countryUnknown
    } else {
      state = isListed ? .closed : .countryExcluded
    }
  }

  /// The end of the stretch that is open at `now`: a window that begins where another ends carries it on.
  private static func end(of windows: Windows, in country: Country?, from now: Int64) -> Int64 {
    var end = now
    while true {
      let before = end
      for index in 0..<windows.count {
        let window = windows[index]
        if window.start <= end, window.end > end, window.contains(country) { end = window.end }
      }
      if end == before { return end }
    }
  }
}
