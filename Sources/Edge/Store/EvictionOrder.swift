/// Who leaves when the room is full: S3-FIFO. Source: Yang et al., "FIFO queues are all you need for cache eviction"
/// (SOSP 2023).
///
/// Newcomers share a tenth of the room; one that is not asked for twice before its turn there comes leaves again. So a
/// scan, such as a crawler that walks all pages of all filters, displaces none of what many ask for: SIEVE, simpler,
/// lets it. And a hit only counts, up to three: no list is reordered, nothing is allocated.
struct EvictionOrder {
  typealias Place = Int

  private struct Node {
    var size = 0
    var fingerprint = 0
    var uses = 0
    var isProven = false
    var older = -1
    var newer = -1
  }

  /// From oldest to newest, linked by place.
  private struct Queue {
    var oldest = -1
    var newest = -1
    var bytes = 0
  }

  /// In bytes.
  let room: Int
  private var nodes: [Node] = []
  private var freePlaces: [Place] = []
  private var newcomers = Queue()
  private var proven = Queue()
  /// Newcomers that left lately, by fingerprint: when each did. One that comes back was worth keeping.
  private var departed: [Int: Int] = [:]
  private var departures = 0

  init(room: Int) { self.room = room }

  var bytes: Int { newcomers.bytes + proven.bytes }

  /// - Parameter fingerprint: a hash that the same answer has whenever it comes.
  mutating func insert(size: Int, fingerprint: Int) -> Place {
    let place = freePlaces.popLast() ?? nodes.count
    if place == nodes.count { nodes.append(Node()) }
    nodes[place] = Node(size: size, fingerprint: fingerprint)
    let left = departed.removeValue(forKey: fingerprint)
    append(place, isProven: left.map { departures - $0 < memory } ?? false)
    return place
  }

  /// It stays where it is.
  mutating func grow(_ place: Place, by bytes: Int) {
    nodes[place].size += bytes
    change(nodes[place].isProven) { queue, _ in queue.bytes += bytes }
  }

  mutating func noteUse(of place: Place) {
    if nodes[place].uses < 3 { nodes[place].uses += 1 }
  }

  mutating func remove(_ place: Place) {
    unlink(place)
    freePlaces.append(place)
  }

  /// Takes out the next to leave; nil when there is room.
  mutating func evict() -> Place? {
    while bytes > room {
      if newcomers.oldest >= 0, newcomers.bytes > room / 10 || proven.oldest < 0 {
        let place = newcomers.oldest
        guard nodes[place].uses >= 2 else {
          remember(nodes[place].fingerprint)
          remove(place)
          return place
        }
        move(place, uses: 0)
      } else {
        let place = proven.oldest
        guard nodes[place].uses > 0 else {
          remove(place)
          return place
        }
        move(place, uses: nodes[place].uses - 1)
      }
    }
    return nil
  }

  /// As many departures are remembered as there are places.
  private var memory: Int { max(64, nodes.count) }

  private mutating func remember(_ fingerprint: Int) {
    departures += 1
    departed[fingerprint] = departures
    guard departed.count > 2 * memory else { return }
    departed = departed.filter { departures - $0.value < memory }
  }

  /// To the end of the proven.
  private mutating func move(_ place: Place, uses: Int) {
    unlink(place)
    nodes[place].uses = uses
    append(place, isProven: true)
  }

  private mutating func append(_ place: Place, isProven: Bool) {
    nodes[place].isProven = isProven
    change(isProven) { queue, nodes in
      nodes[place].older = queue.newest
      nodes[place].newer = -1
      if queue.newest >= 0 { nodes[queue.newest].newer = place } else { queue.oldest = place }
      queue.newest = place
      queue.bytes += nodes[place].size
    }
  }

  private mutating func unlink(_ place: Place) {
    let node = nodes[place]
    change(node.isProven) { queue, nodes in
      if node.older >= 0 { nodes[node.older].newer = node.newer } else { queue.oldest = node.newer }
      if node.newer >= 0 { nodes[node.newer].older = node.older } else { queue.newest = node.older }
      queue.bytes -= node.size
    }
  }

  private mutating func change(_ isProven: Bool, _ body: (inout Queue, inout [Node]) -> Void) {
    if isProven { body(&proven, &nodes) } else { body(&newcomers, &nodes) }
  }
}
