internal import PolicyABI

/// A request to issue a URL. One per loop, filled anew for each request: its bytes are copied into room that it keeps,
/// so that nothing is allocated.
@safe package final class PolicyRequest {
  package enum Purpose: UInt32, Sendable {
    case download = 1
    case bundle = 2
    /// A token for a player elsewhere; policies are asked again when it is redeemed.
    case mint = 3
  }

  /// Room for the texts: a key of S3's 1 024 bytes, a title's id, a few short headers. A header that does not fit is
  /// left out.
  private static let room = 4096
  private static let headerLimit = 16

  var raw = unsafe policy_request()
  private let bytes: UnsafeMutablePointer<UInt8>
  private let headers: UnsafeMutablePointer<policy_header>
  private var used = 0
  // Keeps the windows' memory while the request points at it.
  private var windows: PolicyWindows?

  package init() {
    unsafe bytes = .allocate(capacity: Self.room)
    unsafe headers = .allocate(capacity: Self.headerLimit)
    unsafe raw.size = MemoryLayout<policy_request>.size
  }

  deinit {
    unsafe bytes.deallocate()
    unsafe headers.deallocate()
  }

  /// Starts anew. `key` is normalised and at most 1 024 bytes; `now` is in Unix seconds, `lifetime` in seconds.
  package func begin(key: String, purpose: Purpose, now: Int64, lifetime: Int64) {
    used = 0
    windows = nil
    unsafe raw.purpose = purpose.rawValue
    unsafe raw.country = policy_country()
    unsafe raw.now = now
    unsafe raw.lifetime = max(1, lifetime)
    unsafe raw.title = policy_string()
    unsafe raw.windows = nil
    unsafe raw.window_count = 0
    unsafe raw.header_count = 0
    unsafe raw.headers = UnsafePointer(headers)
    unsafe raw.address.count = 0
    guard let key = unsafe place(key) else { preconditionFailure("a storage key is at most 1 024 bytes") }
    unsafe raw.key = key
  }

  /// The title that the key belongs to, and its windows: a known title without a schedule has none.
  package func setTitle(_ id: String, windows: PolicyWindows?) {
    unsafe raw.title = place(id) ?? policy_string()
    self.windows = windows
    guard let windows else { return }
    unsafe raw.windows = UnsafePointer(windows.windows.baseAddress)
    unsafe raw.window_count = windows.windows.count
  }

  /// The client's address: 4 or 16 bytes in network order.
  package func setAddress(_ address: Span<UInt8>) {
    precondition(address.count == 4 || address.count == 16, "an address has 4 or 16 bytes")
    unsafe withUnsafeMutableBytes(of: &raw.address.bytes) { target in
      for index in address.indices { unsafe target[index] = address[index] }
    }
    unsafe raw.address.count = UInt32(address.count)
  }

  /// A header that a trusted proxy has sent: one of `PolicySet.headers`, its name in lower case.
  package func addHeader(_ name: String, _ value: String) {
    guard unsafe raw.header_count < Self.headerLimit else { return }
    guard let name = unsafe place(name), let value = unsafe place(value) else { return }
    unsafe headers[raw.header_count] = policy_header(name: name, value: value)
    unsafe raw.header_count += 1
  }

  /// Before another set is asked the same.
  func forgetCountry() { unsafe raw.country = policy_country() }

  private func place(_ text: String) -> policy_string? {
    var text = text
    return text.withUTF8 { source in
      guard source.count <= Self.room - used else { return nil }
      let start = unsafe bytes + used
      if let base = source.baseAddress { unsafe start.update(from: base, count: source.count) }
      used += source.count
      return unsafe policy_string(bytes: start, count: source.count)
    }
  }
}
