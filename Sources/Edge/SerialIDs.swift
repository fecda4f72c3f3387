/// Names that no other of ours has, on any worker or edge: counted from a random start, because drawing each from the
/// system would be a system call each.
final class SerialIDs {
  private var last = UInt64.random(in: .min ... .max)

  /// 13 digits of five bits each: as short as a string that needs no room of its own may be.
  func next() -> String {
    last &+= 1
    return unsafe String(unsafeUninitializedCapacity: 13) { text in
      for place in 0..<13 {
        let digit = UInt8(truncatingIfNeeded: last >> UInt64(5 * place)) & 31
        unsafe text[place] = digit < 10 ? UInt8(ascii: "0") + digit : UInt8(ascii: "a") + digit - 10
      }
      return 13
    }
  }
}
