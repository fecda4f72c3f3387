/// Where an entry stands on a stream, as one number: the milliseconds of its id, then its count within them.
struct StreamPlace: Equatable {
  let number: Int64

  /// Redis adds some hundred thousand entries a second at most, so 20 bits hold the count within a millisecond.
  private static let countBits: Int64 = 20

  /// Of an id such as `1700000000000-3`. What is none stands before everything.
  init(_ id: String) {
    let parts = id.split(separator: "-").map { Int64($0) ?? 0 }
    number = parts.count == 2 ? parts[0] << Self.countBits | parts[1] : 0
  }
}
