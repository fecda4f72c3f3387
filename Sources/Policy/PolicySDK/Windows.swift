internal import PolicyABI

/// A title's availability windows, read where they lie.
@safe public struct Windows {
  private let raw: UnsafeBufferPointer<policy_window>

  init(_ start: UnsafePointer<policy_window>?, count: Int) {
    unsafe raw = UnsafeBufferPointer(start: start, count: count)
  }

  public var count: Int { unsafe raw.count }
  public var isEmpty: Bool { unsafe raw.isEmpty }

  public subscript(index: Int) -> Window {
    unsafe precondition(raw.indices.contains(index), "beyond the last window")
    return unsafe Window(raw[index])
  }
}

/// A span of time in which a title may be had: half-open, in Unix seconds.
@safe public struct Window {
  private let raw: policy_window

  init(_ raw: policy_window) { unsafe self.raw = raw }

  public var start: Int64 { unsafe raw.start }
  /// `Int64.max`: it never closes.
  public var end: Int64 { unsafe raw.end }
  public var isGlobal: Bool { unsafe raw.territory == UInt32(POLICY_EVERYWHERE) }

  public func isOpen(at now: Int64) -> Bool { start <= now && now < end }

  /// An unknown country is in global windows only.
  public func contains(_ country: Country?) -> Bool {
    if isGlobal { return true }
    guard let country else { return false }
    let isListed = unsafe UnsafeBufferPointer(start: raw.countries, count: Int(raw.country_count))
      .contains { Country($0) == country }
    return switch unsafe raw.territory {
    case UInt32(POLICY_ONLY_IN): isListed
    case UInt32(POLICY_ALL_BUT_IN): !isListed
    default: false  // a territory of a later host: not understood, so not here
    }
  }
}
