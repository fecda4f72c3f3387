/// Which title an object belongs to: origin and edge must agree on it, or a window would not bind.
package enum StorageKeyTitle {
  private static let roots = ["bundles", "downloads", "originals", "hls", "subs"]

  /// The id in `bundles/{title_id}/S01.zip`, `downloads/{title_id}/…` and their like; nil for any other key.
  package static func id(inKey key: String) -> String? {
    let bytes = key.utf8Span.span
    guard let root = roots.first(where: { bytes.starts(with: $0.utf8Span.span, before: UInt8(ascii: "/")) }) else {
      return nil
    }
    let start = root.utf8.count + 1
    let end = start + 36
    guard end < bytes.count, bytes[end] == UInt8(ascii: "/"), isUUID(bytes.extracting(start..<end)) else { return nil }
    return key.utf8.dropFirst(start).prefix(36).lowercasedText
  }

  private static func isUUID(_ text: Span<UInt8>) -> Bool {
    for offset in text.indices {
      switch (offset, text[offset]) {
      case (8, UInt8(ascii: "-")), (13, UInt8(ascii: "-")), (18, UInt8(ascii: "-")), (23, UInt8(ascii: "-")): break
      case (8, _), (13, _), (18, _), (23, _): return false
      case (_, UInt8(ascii: "0")...UInt8(ascii: "9")): break
      default: guard (UInt8(ascii: "a")...UInt8(ascii: "f")).contains(text[offset] | 0x20) else { return false }
      }
    }
    return true
  }
}

extension Span<UInt8> {
  fileprivate func starts(with text: Span<UInt8>, before next: UInt8) -> Bool {
    guard count > text.count, self[text.count] == next else { return false }
    for index in text.indices where self[index] != text[index] { return false }
    return true
  }
}

extension Substring.UTF8View {
  /// Of ASCII.
  fileprivate var lowercasedText: String {
    String(decoding: map { $0 >= 0x41 && $0 <= 0x5A ? $0 | 0x20 : $0 }, as: UTF8.self)
  }
}
