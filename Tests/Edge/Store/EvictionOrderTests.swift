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

  @Test func `who left long ago comes back as a newcomer`() {
    var order = EvictionOrder(room: 100)
    func insert(_ names: some Sequence<Int>, of size: Int) -> EvictionOrder.Place {
      var last = -1
      for name in names {
        last = order.insert(size: size, fingerprint: name)
        while order.evict() != nil {}
      }
      return last
    }
    _ = insert(0..<100, of: 20)
    let back = order.insert(size: 20, fingerprint: 0)
    var gone: [EvictionOrder.Place] = []
    for name in 1_000..<1_010 {
      _ = order.insert(size: 20, fingerprint: name)
      while let place = order.evict() { gone.append(place) }
    }
    #expect(gone.contains(back))
  }

  @Test func `who was asked for once since it was proven stays another round, and no longer`() {
    var order = EvictionOrder(room: 100)
    var gone: [EvictionOrder.Place] = []
    func prove(_ name: Int) -> EvictionOrder.Place {
      let place = order.insert(size: 30, fingerprint: name)
      for _ in 0..<2 { order.noteUse(of: place) }
      while let place = order.evict() { gone.append(place) }
      return place
    }
    let places = (0..<3).map(prove)
    _ = prove(3)
    #expect(gone == [places[0]])
    order.noteUse(of: places[1])
    _ = prove(4)
    #expect(gone == [places[0], places[2]])
    for name in 5..<8 { _ = prove(name) }
    #expect(gone.contains(places[1]))
  }

  @Test func `newcomers have a tenth of the room, which the proven leave to them`() {
    var order = EvictionOrder(room: 100)
    let old = order.insert(size: 95, fingerprint: 0)
    for _ in 0..<2 { order.noteUse(of: old) }
    var gone: [EvictionOrder.Place] = []
    for name in 1...2 {
      _ = order.insert(size: 5, fingerprint: name)
      while let place = order.evict() { gone.append(place) }
    }
    #expect(gone.count == 1)
  }

  @Test func `what grows takes its room as it does`() {
    var order = EvictionOrder(room: 100)
    let old = order.insert(size: 60, fingerprint: 1)
    let growing = order.insert(size: 0, fingerprint: 2)
    order.grow(growing, by: 40)
    #expect(order.bytes == 100 && order.evict() == nil)
    order.grow(growing, by: 1)
    #expect(order.evict() == old && order.bytes == 41)
    order.remove(growing)
    #expect(order.bytes == 0)
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
