/// Names that no other of ours has, on any worker or edge: counted from a random start, because drawing each from the
/// system would be a system call each.
final class SerialIDs {
  private var last = UInt64.random(in: .min ... .max)

  func next() -> String {
    last &+= 1
    return String(last, radix: 36)
  }
}
