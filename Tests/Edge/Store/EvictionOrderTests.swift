@testable import Edge
import Testing

@Suite struct `The order of eviction` {
  @Test func `a scan leaves what many ask for in its place`() {
    var order = EvictionOrder(room: 1_000)
    var wanted: [Int: EvictionOrder.Place] = [:]
    var gone: Set<EvictionOrder.Place> = []
    for name in 0..<50 { wanted[name] = order.insert(size: 10, fingerprint: name) }
    for place in wanted.values { for _ in 0..<2 { order.noteUse(of: place) } }
    for name in 1_000..<2_000 {
      _ = order.insert(size: 10, fingerprint: name)
      while let place = order.evict() { gone.insert(place) }
    }
    #expect(gone.isDisjoint(with: wanted.values))
    #expect(order.bytes <= 1_000)
  }

  @Test func `what is not asked for any more makes room in the end`() {
    var order = EvictionOrder(room: 100)
    let old = order.insert(size: 60, fingerprint: 1)
    for _ in 0..<3 { order.noteUse(of: old) }
    var evicted: [EvictionOrder.Place] = []
    for name in 2..<20 {
      let place = order.insert(size: 60, fingerprint: name)
      for _ in 0..<2 { order.noteUse(of: place) }
      while let place = order.evict() { evicted.append(place) }
    }
    #expect(evicted.contains(old))
  }

  @Test func `a newcomer that left and comes back soon is kept apart from the scan`() {
    var order = EvictionOrder(room: 100)
    _ = order.insert(size: 60, fingerprint: 1)
    _ = order.insert(size: 60, fingerprint: 2)
    #expect(order.evict() != nil)
    let back = order.insert(size: 40, fingerprint: 1)
    for name in 3..<30 {
      _ = order.insert(size: 20, fingerprint: name)
      while let place = order.evict() { #expect(place != back) }
    }
  }

  @Test func `random inserts, uses and removals keep the books, by a seed`() {
    var generator = SeededGenerator(seed: 20)
    var order = EvictionOrder(room: 2_000)
    var sizes: [EvictionOrder.Place: Int] = [:]
    for _ in 0..<20_000 {
      switch Int.random(in: 0..<10, using: &generator) {
      case 0..<5:
        let size = Int.random(in: 1...200, using: &generator)
        let place = order.insert(size: size, fingerprint: Int.random(in: 0..<500, using: &generator))
        #expect(sizes[place] == nil)
        sizes[place] = size
        while let place = order.evict() { sizes[place] = nil }
      case 5..<9:
        if let place = sizes.keys.sorted().randomElement(using: &generator) { order.noteUse(of: place) }
      default:
        if let place = sizes.keys.sorted().randomElement(using: &generator) {
          order.remove(place)
          sizes[place] = nil
        }
      }
      #expect(order.bytes == sizes.values.reduce(0, +) && order.bytes <= 2_000)
    }
  }
}

/// Source: Steele, Lea and Flood, "Fast splittable pseudorandom number generators" (2014).
private struct SeededGenerator: RandomNumberGenerator {
  private var state: UInt64

  init(seed: UInt64) { state = seed }

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var mixed = (state ^ (state >> 30)) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
    return mixed ^ (mixed >> 31)
  }
}
