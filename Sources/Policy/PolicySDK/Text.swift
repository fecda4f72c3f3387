internal import PolicyABI

/// Bytes of the host's, UTF-8. Valid until the hook returns; reading it allocates nothing.
@safe public struct Text {
  private let bytes: UnsafeBufferPointer<UInt8>

  init(_ raw: policy_string) { unsafe bytes = UnsafeBufferPointer(start: raw.bytes, count: raw.count) }

  public var count: Int { unsafe bytes.count }
  public var isEmpty: Bool { unsafe bytes.isEmpty }

  public subscript(index: Int) -> UInt8 {
    unsafe precondition(bytes.indices.contains(index), "beyond the end of a text")
    return unsafe bytes[index]
  }

  public func hasPrefix(_ prefix: [UInt8]) -> Bool {
    guard count >= prefix.count else { return false }
    return prefix.indices.allSatisfy { self[$0] == prefix[$0] }
  }

  /// Hands all bytes over at once, without a copy.
  public func withBytes<Result>(_ body: (Span<UInt8>) -> Result) -> Result { unsafe body(bytes.span) }

  public static func == (text: Text, other: String) -> Bool {
    unsafe text.bytes.elementsEqual(other.utf8)
  }

  /// A copy. Allocates: not for a hook's usual path.
  public var string: String { unsafe String(decoding: bytes, as: UTF8.self) }
}
