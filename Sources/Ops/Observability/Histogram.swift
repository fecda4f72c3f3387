/// Durations in buckets that double from 64 µs to 33 s: a shift finds the bucket.
package final class Histogram {
  private(set) var counts = Counts()

  package func record(_ duration: Duration) {
    counts.record(microseconds: UInt64(clamping: duration.attoseconds / 1_000_000_000_000))
  }

  struct Counts: Sendable, Equatable {
    /// Upper bound of the first bucket, in microseconds, as a power of two.
    static let firstPower = 6
    static let bucketCount = 20

    /// The last one has no upper bound.
    private(set) var buckets = [UInt64](repeating: 0, count: bucketCount + 1)
    private(set) var totalMicroseconds: UInt64 = 0

    mutating func record(microseconds: UInt64) {
      let power = microseconds <= 1 ? 0 : UInt64.bitWidth - (microseconds - 1).leadingZeroBitCount
      buckets[min(max(power - Self.firstPower, 0), Self.bucketCount)] += 1
      totalMicroseconds &+= microseconds
    }

    mutating func add(_ other: Counts) {
      for index in buckets.indices { buckets[index] += other.buckets[index] }
      totalMicroseconds &+= other.totalMicroseconds
    }

    /// In seconds.
    static func upperBound(of bucket: Int) -> Double { Double(UInt64(1) << (firstPower + bucket)) / 1_000_000 }
  }
}
