/// A part of a representation. Source: RFC 9110 §14.
package struct ByteRange: Hashable, Sendable {
  package let first: Int
  package let count: Int

  package init(first: Int, count: Int) {
    self.first = first
    self.count = count
  }

  package var last: Int { first + count - 1 }

  /// "bytes 0-99/1000".
  package func contentRange(of length: Int) -> String { "bytes \(first)-\(last)/\(length)" }
  /// Goes with 416.
  package static func unsatisfiable(of length: Int) -> String { "bytes */\(length)" }
}

/// What a Range field asks of a representation.
package enum RangeSelection: Hashable, Sendable {
  /// No range, another unit, a mistake, or too many: the field is ignored.
  case whole
  /// In ascending order, neither overlapping nor touching.
  case partial([ByteRange])
  /// 416.
  case unsatisfiable

  /// More ranges than a player or a resumed download asks for are an attack (CVE-2011-3192).
  private static let maximumCount = 8

  /// - length: of the whole representation, in bytes.
  package init(_ request: Request, length: Int, validators: Validators) {
    guard request.method == .get, request.fields.count(of: .range) == 1, let value = request.fields.bytes(.range),
      Conditions.allowRange(request, of: validators)
    else {
      self = .whole
      return
    }
    self.init(value, length: length)
  }

  package init(_ value: ArraySlice<UInt8>, length: Int) {
    let unit = Array("bytes=".utf8)
    guard value.prefix(unit.count).map(\.loweredASCII) == unit else {
      self = .whole
      return
    }
    let specs = value.dropFirst(unit.count).split(separator: UInt8(ascii: ","), omittingEmptySubsequences: false)
    var ranges: [ByteRange] = []
    for spec in specs {
      guard specs.count <= Self.maximumCount, let range = Self.range(spec.trimmedOWS, of: length) else {
        self = .whole
        return
      }
      if range.count > 0 { ranges.append(range) }
    }
    self = ranges.isEmpty ? .unsatisfiable : .partial(Self.coalesced(ranges))
  }

  /// Nil on a mistake; an empty range when it lies outside.
  private static func range(_ spec: ArraySlice<UInt8>, of length: Int) -> ByteRange? {
    let parts = spec.split(separator: UInt8(ascii: "-"), omittingEmptySubsequences: false)
    guard parts.count == 2, let first = number(parts[0]), let last = number(parts[1]) else { return nil }
    switch (first, last) {
    case (nil, nil): return nil
    case (nil, .some(let suffix)): return ByteRange(first: max(0, length - suffix), count: min(suffix, length))
    case (.some(let first), let last):
      guard first <= last ?? first else { return nil }
      return ByteRange(first: first, count: max(0, min(last ?? length - 1, length - 1) - first + 1))
    }
  }

  /// The inner nil stands for no digits, the outer one for a mistake.
  private static func number(_ text: ArraySlice<UInt8>) -> Int?? {
    guard text.count <= 18, text.allSatisfy(\.isDigit) else { return nil }
    return .some(text.isEmpty ? nil : text.reduce(0) { $0 * 10 + Int($1 - 0x30) })
  }

  private static func coalesced(_ ranges: [ByteRange]) -> [ByteRange] {
    var merged: [ByteRange] = []
    for range in ranges.sorted(by: { $0.first < $1.first }) {
      if let previous = merged.last, range.first <= previous.last + 1 {
        let end = max(previous.last, range.last)
        merged[merged.count - 1] = ByteRange(first: previous.first, count: end - previous.first + 1)
      } else {
        merged.append(range)
      }
    }
    return merged
  }
}
