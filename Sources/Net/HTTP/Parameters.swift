/// What a route's pattern captured: its names, and where in the target each value stands, still encoded.
package struct Parameters {
  package var names: [String] = []
  package var ranges: [Range<Int>] = []

  package init() {}

  mutating func removeAll() {
    names = []
    ranges.removeAll(keepingCapacity: true)
  }
}
