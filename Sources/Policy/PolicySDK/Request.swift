internal import PolicyABI

/// One request to issue a URL, as the host sees it. Valid until the hook returns: keep nothing of it.
@safe public struct Request {
  private let raw: UnsafePointer<policy_request>

  init(_ raw: UnsafePointer<policy_request>) { unsafe self.raw = raw }

  /// What the caller will do with the key.
  public var purpose: Purpose { unsafe Purpose(rawValue: raw.pointee.purpose) ?? .download }
  /// The country that some policy's `classify` found; nil while classifying, or when nobody could tell.
  public var country: Country? { unsafe Country(raw.pointee.country) }
  /// Unix seconds.
  public var now: Int64 { unsafe raw.pointee.now }
  /// The lifetime that the caller asked for, in seconds.
  public var lifetime: Int64 { unsafe raw.pointee.lifetime }
  /// The storage key, normalised: no leading `/`, no `//`, no `..`.
  public var key: Text { unsafe Text(raw.pointee.key) }
  /// The id of the title that the key belongs to; empty: of no known title.
  public var title: Text { unsafe Text(raw.pointee.title) }
  /// The title's availability; empty: it has no schedule.
  public var windows: Windows { unsafe Windows(raw.pointee.windows, count: raw.pointee.window_count) }
  /// The client's address: 4 or 16 bytes, or none, in network order.
  public var address: Address { unsafe Address(raw.pointee.address) }

  /// The value of a header that these rules named in `headers`, if a trusted proxy sent it.
  public func header(_ name: String) -> Text? {
    unsafe UnsafeBufferPointer(start: raw.pointee.headers, count: raw.pointee.header_count)
      .first { unsafe Text($0.name) == name }
      .map { unsafe Text($0.value) }
  }
}

public enum Purpose: UInt32, Sendable {
  /// A signed URL for a player, now.
  case download = 1
  /// The same, by the route for season bundles.
  case bundle = 2
  /// A one-time token, made by an admin for a player who is elsewhere; asked again when it is redeemed.
  case mint = 3
}

/// A client's address in network order.
public struct Address: Sendable {
  private let raw: policy_address

  init(_ raw: policy_address) { self.raw = raw }

  /// 4 (IPv4) or 16 (IPv6); 0: unknown.
  public var count: Int { raw.count == 4 || raw.count == 16 ? Int(raw.count) : 0 }

  public subscript(index: Int) -> UInt8 {
    precondition((0..<count).contains(index), "beyond the end of an address")
    return unsafe withUnsafeBytes(of: raw.bytes) { unsafe $0[index] }
  }
}
