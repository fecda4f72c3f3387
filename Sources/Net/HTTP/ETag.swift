/// An entity tag. Source: RFC 9110 §8.8.3.
package struct ETag: Hashable, Sendable, CustomStringConvertible {
  package let isWeak: Bool
  /// As it is sent, with its quotes and, of a weak one, its `W/`.
  package let bytes: [UInt8]

  /// A tag around a digest or another text of visible ASCII without quotes.
  package init(_ opaque: String, isWeak: Bool = false) {
    precondition(opaque.utf8.allSatisfy(\.isEntityTagCharacter), "not an entity tag: \(opaque)")
    self.isWeak = isWeak
    bytes = Array((isWeak ? "W/\"" : "\"").utf8) + Array(opaque.utf8) + [UInt8(ascii: "\"")]
  }

  /// The one tag that the text consists of.
  package init?(parsing text: some Collection<UInt8>) {
    var list = ETagList(Array(text)[...])
    guard let tag = list.next(), list.next() == nil, tag.bytes.count == text.count else { return nil }
    self = tag
  }

  init(checked bytes: ArraySlice<UInt8>) {
    isWeak = bytes.first == UInt8(ascii: "W")
    self.bytes = Array(bytes)
  }

  package var description: String { bytes.text }

  /// Strong comparison: both strong and the same.
  package func isSame(as other: ETag) -> Bool { !isWeak && bytes == other.bytes }
  /// Weak comparison: the same but for `W/`.
  package func isLike(_ other: ETag) -> Bool { opaque == other.opaque }

  private var opaque: ArraySlice<UInt8> { bytes.dropFirst(isWeak ? 2 : 0) }
}

/// The tags of a list such as If-None-Match, in order. Reading stops at the first mistake.
package struct ETagList: Sequence, IteratorProtocol {
  private var rest: ArraySlice<UInt8>

  package init(_ list: ArraySlice<UInt8>) { rest = list }

  package mutating func next() -> ETag? {
    rest = rest.drop { $0.isOWS || $0 == UInt8(ascii: ",") }
    var quote = rest.startIndex
    if rest.starts(with: [UInt8(ascii: "W"), UInt8(ascii: "/")]) { quote += 2 }
    guard quote < rest.endIndex, rest[quote] == UInt8(ascii: "\""),
      let end = rest[(quote + 1)...].firstIndex(where: { !$0.isEntityTagCharacter }), rest[end] == UInt8(ascii: "\"")
    else {
      rest = []
      return nil
    }
    let tag = ETag(checked: rest[...end])
    rest = rest[(end + 1)...]
    if let following = rest.first, !following.isOWS, following != UInt8(ascii: ",") { rest = [] }
    return tag
  }
}

extension UInt8 {
  /// Source: RFC 9110 §8.8.3: a comma is allowed, a quote is not.
  fileprivate var isEntityTagCharacter: Bool { self == 0x21 || self >= 0x23 && self != 0x7F }
}
