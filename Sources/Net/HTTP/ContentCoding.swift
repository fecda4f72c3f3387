/// A coding of content, in the order of our liking. Source: RFC 9110 §8.4.1, RFC 7932, RFC 8878.
package enum ContentCoding: String, CaseIterable, Sendable {
  case brotli = "br"
  case zstd
  case gzip

  /// The coding that the request would rather have than none; nil when it would not, or says nothing. Of several that
  /// it likes alike, the first of ours. Source: RFC 9110 §12.5.3.
  package init?(preferredBy fields: Fields) {
    guard let value = fields.bytes(.acceptEncoding) else { return nil }
    var wishes = Wishes()
    if fields.count(of: .acceptEncoding) > 1 {
      for value in fields.all(.acceptEncoding) { wishes.read(Array(value.utf8).span) }
    } else {
      wishes.read(value.span)
    }
    guard let choice = wishes.choice else { return nil }
    self = choice
  }
}

/// What an Accept-Encoding asks for: weights in thousandths.
private struct Wishes {
  private var brotli: Int?
  private var zstd: Int?
  private var gzip: Int?
  private var identity: Int?
  private var others: Int?

  var choice: ContentCoding? {
    var best: ContentCoding?
    // Not named, it is the last resort of whoever names others.
    var bestWeight = max(1, identity ?? 0)
    for (coding, weight) in [(ContentCoding.brotli, brotli), (.zstd, zstd), (.gzip, gzip)] {
      let weight = weight ?? others ?? 0
      if weight > bestWeight || weight == bestWeight && best == nil {
        (best, bestWeight) = (coding, weight)
      }
    }
    return best
  }

  mutating func read(_ list: Span<UInt8>) {
    var start = 0
    while start < list.count {
      let end = list.firstIndex(of: UInt8(ascii: ","), from: start) ?? list.count
      note(list.extracting(list.withoutSpace(start..<end)))
      start = end + 1
    }
  }

  /// One member: a coding and, behind a semicolon, its weight.
  private mutating func note(_ member: Span<UInt8>) {
    let end = member.firstIndex(of: UInt8(ascii: ";")) ?? member.count
    let name = member.extracting(member.withoutSpace(0..<end))
    let weight =
      end == member.count ? 1000 : Self.weight(member.extracting(member.withoutSpace(end + 1..<member.count)))
    if name.equalsIgnoringCase("br") {
      brotli = weight
    } else if name.equalsIgnoringCase("zstd") {
      zstd = weight
    } else if name.equalsIgnoringCase("gzip") || name.equalsIgnoringCase("x-gzip") {
      gzip = weight
    } else if name.equalsIgnoringCase("identity") {
      identity = weight
    } else if name.equalsIgnoringCase("*") {
      others = weight
    }
  }

  /// "q=0.5" is 500; what is no weight counts as a refusal. Source: RFC 9110 §12.4.2.
  private static func weight(_ parameter: Span<UInt8>) -> Int {
    guard parameter.count >= 3, parameter.count <= 7, parameter[0].loweredASCII == UInt8(ascii: "q"),
      parameter[1] == UInt8(ascii: "="), parameter[2].isDigit
    else { return 0 }
    var weight = Int(parameter[2] - 0x30) * 1000
    var worth = 100
    for index in 3..<parameter.count {
      if index == 3 {
        guard parameter[3] == UInt8(ascii: ".") else { return 0 }
        continue
      }
      guard parameter[index].isDigit else { return 0 }
      weight += Int(parameter[index] - 0x30) * worth
      worth /= 10
    }
    return min(weight, 1000)
  }
}

extension Span<UInt8> {
  /// Without the optional white space at both ends of a range.
  fileprivate func withoutSpace(_ range: Range<Int>) -> Range<Int> {
    var (start, end) = (range.lowerBound, range.upperBound)
    while start < end, self[start] == 0x20 || self[start] == 0x09 { start += 1 }
    while end > start, self[end - 1] == 0x20 || self[end - 1] == 0x09 { end -= 1 }
    return start..<end
  }
}
