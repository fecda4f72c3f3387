/// Which title an object belongs to: origin and edge must agree on it, or a window would not bind.
package enum StorageKeyTitle {
  private static let roots: Set<Substring> = ["bundles", "downloads", "originals", "hls", "subs"]

  /// The id in `bundles/{title_id}/S01.zip`, `downloads/{title_id}/…` and their like; nil for any other key.
  package static func id(inKey key: String) -> String? {
    let parts = key.split(separator: "/", maxSplits: 2, omittingEmptySubsequences: false)
    guard parts.count == 3, roots.contains(parts[0]), isUUID(parts[1]) else { return nil }
    return parts[1].lowercased()
  }

  private static func isUUID(_ text: Substring) -> Bool {
    let bytes = text.utf8
    guard bytes.count == 36 else { return false }
    return zip(0..., bytes).allSatisfy { offset, byte in
      switch (offset, byte) {
      case (8, UInt8(ascii: "-")), (13, UInt8(ascii: "-")), (18, UInt8(ascii: "-")), (23, UInt8(ascii: "-")): true
      case (8, _), (13, _), (18, _), (23, _): false
      case (_, UInt8(ascii: "0")...UInt8(ascii: "9")): true
      default: (UInt8(ascii: "a")...UInt8(ascii: "f")).contains(byte | 0x20)
      }
    }
  }
}
