/// A bucket's objects in the order of their keys' bytes, in memory. Rebuilt from the records at start.
struct BucketIndex {
  private(set) var records: [ObjectRecord] = []

  init() {}

  init(_ records: [ObjectRecord]) { self.records = records.sorted { $0.key < $1.key } }

  subscript(key: ObjectKey) -> ObjectRecord? {
    let place = firstIndex(notBefore: key.bytes)
    return place < records.count && records[place].key == key ? records[place] : nil
  }

  /// In the place of the one of the same key, if there is one.
  mutating func insert(_ record: ObjectRecord) {
    let place = firstIndex(notBefore: record.key.bytes)
    if place < records.count, records[place].key == record.key {
      records[place] = record
    } else {
      records.insert(record, at: place)
    }
  }

  mutating func remove(_ key: ObjectKey) {
    let place = firstIndex(notBefore: key.bytes)
    if place < records.count, records[place].key == key { records.remove(at: place) }
  }

  func list(_ query: Listing.Query) -> Listing {
    var page = Listing()
    var place = max(firstIndex(notBefore: query.prefix), firstIndex(from: query.start))
    var last = query.start
    while place < records.count, records[place].key.bytes.starts(with: query.prefix) {
      guard page.objects.count + page.groups.count < query.limit else {
        page.next = query.limit > 0 ? last : nil
        return page
      }
      let record = records[place]
      if let group = query.group(of: record.key.bytes) {
        page.groups.append(group)
        last = .past(group: group)
        place = firstIndex(past: group)
      } else {
        page.objects.append(record)
        last = .after(key: record.key.bytes)
        place += 1
      }
    }
    return page
  }

  private func firstIndex(from start: Listing.Position) -> Int {
    switch start {
    case .beginning: 0
    case .after(let key): firstIndex { key.lexicographicallyPrecedes($0) }
    case .past(let group): firstIndex(past: group)
    }
  }

  private func firstIndex(notBefore bytes: [UInt8]) -> Int {
    firstIndex { !$0.lexicographicallyPrecedes(bytes) }
  }

  private func firstIndex(past group: [UInt8]) -> Int {
    firstIndex { group.lexicographicallyPrecedes($0) && !$0.starts(with: group) }
  }

  /// Binary search for the first key of which the condition holds; it holds for all that follow.
  private func firstIndex(where holds: ([UInt8]) -> Bool) -> Int {
    var low = 0
    var high = records.count
    while low < high {
      let middle = (low + high) / 2
      if holds(records[middle].key.bytes) { high = middle } else { low = middle + 1 }
    }
    return low
  }
}

extension Listing.Query {
  /// The key up to and with the first delimiter after the prefix; nil when there is none.
  fileprivate func group(of key: [UInt8]) -> [UInt8]? {
    guard !delimiter.isEmpty, key.count >= prefix.count + delimiter.count else { return nil }
    for start in prefix.count...(key.count - delimiter.count) where key[start...].starts(with: delimiter) {
      return Array(key[..<(start + delimiter.count)])
    }
    return nil
  }
}
