internal import HTTP
internal import Publication

/// What all requests for one answer have in common. Before our own origin: the path as it was asked for and the query's
/// items, in the order of their names and without `api_key`; the host is no part of it, since all of the edge's hosts
/// lead to one origin. Before any other: the target as it came, and the host.
struct CacheKey: Hashable {
  /// A request target that means the same, with the host behind a space where it counts; of a variant, what selects it
  /// follows after a NUL.
  let bytes: [UInt8]

  static func == (left: CacheKey, right: CacheKey) -> Bool { left.bytes == right.bytes }

  func hash(into hasher: inout Hasher) {
    unsafe bytes.withUnsafeBytes { unsafe hasher.combine(bytes: $0) }
  }

  /// One of so many, always the same: it spreads keys, and need not tell them apart as a hash does, which costs more.
  func place(among count: Int) -> Int {
    let bytes = bytes.span
    let odd: UInt64 = 0x9E37_79B9_7F4A_7C15
    var mix: UInt64 = 0
    var index = 0
    while index + 8 <= bytes.count {
      mix = (mix ^ (unsafe bytes.bytes.unsafeLoadUnaligned(fromByteOffset: index, as: UInt64.self))) &* odd
      index += 8
    }
    while index < bytes.count {
      mix = (mix ^ UInt64(bytes[index])) &* odd
      index += 1
    }
    // A product's upper bits know of all below them, of none above: those, where keys often differ, are folded in.
    mix = (mix ^ (mix >> 32)) &* odd
    return Int((mix >> 32) % UInt64(count))
  }

  /// Without a variant's selection.
  var url: CacheKey { CacheKey(bytes: Array(bytes.prefix { $0 != 0 })) }
  /// Nil where it does not count.
  var host: ArraySlice<UInt8>? {
    let url = bytes.prefix { $0 != 0 }
    return url.firstIndex(of: UInt8(ascii: " ")).map { url[($0 + 1)...] }
  }
  /// What to ask the origin for.
  var target: String { bytes.prefix { $0 != 0 && $0 != UInt8(ascii: " ") }.text }
}

/// Makes keys in buffers of its own: a key that nobody keeps costs no allocation.
struct CacheKeyWriter {
  /// More items than any page of ours sends: such a request is not cached, and costs no sorting.
  private static let itemLimit = 32

  private let bond: OriginBond
  private var buffer: [UInt8] = []
  private var variantBuffer: [UInt8] = []
  private var items: [ArraySlice<UInt8>] = []

  init(_ bond: OriginBond) {
    self.bond = bond
    items.reserveCapacity(Self.itemLimit)
  }

  /// Nil for a request whose answers are not worth a place.
  mutating func key(of request: Request) -> CacheKey? {
    if bond.isOwn { return meaning(of: request) }
    return key(of: request.target[...], on: request.fields.bytes(.host) ?? [])
  }

  /// As it stands in a request.
  mutating func key(of target: ArraySlice<UInt8>, on host: ArraySlice<UInt8>) -> CacheKey {
    buffer.removeAll(keepingCapacity: true)
    buffer.append(contentsOf: target)
    buffer.append(UInt8(ascii: " "))
    for byte in host { buffer.append(byte.loweredASCII) }
    return CacheKey(bytes: buffer)
  }

  private mutating func meaning(of request: Request) -> CacheKey? {
    buffer.removeAll(keepingCapacity: true)
    buffer.append(contentsOf: request.path)
    guard request.query != nil else { return CacheKey(bytes: buffer) }
    defer { items.removeAll(keepingCapacity: true) }
    for item in request.queryItems where !item.isNamed(Request.keyParameter) {
      guard items.count < Self.itemLimit else { return nil }
      insert(item.bytes)
    }
    for (position, item) in items.enumerated() {
      buffer.append(UInt8(ascii: position == 0 ? "?" : "&"))
      buffer.append(contentsOf: item)
    }
    return CacheKey(bytes: buffer)
  }

  /// The key of the variant that a caller selects.
  mutating func key(
    _ url: CacheKey, selecting variation: Variation, fields: Fields, country: () -> CountryCode?
  ) -> CacheKey {
    variantBuffer.removeAll(keepingCapacity: true)
    variantBuffer.append(contentsOf: url.bytes)
    variation.appendSelection(of: fields, country: country, to: &variantBuffer)
    return CacheKey(bytes: variantBuffer)
  }

  /// Behind all items whose names are not greater: those of one name keep their order, which may mean something.
  private mutating func insert(_ item: ArraySlice<UInt8>) {
    var position = items.count
    while position > 0, Self.name(of: item).lexicographicallyPrecedes(Self.name(of: items[position - 1])) {
      position -= 1
    }
    items.insert(item, at: position)
  }

  private static func name(of item: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
    item.prefix { $0 != UInt8(ascii: "=") }
  }
}
