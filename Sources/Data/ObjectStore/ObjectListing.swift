/// A page of a bucket's keys, in the order of their UTF-8 bytes.
package struct ObjectListing: Equatable, Sendable {
  package struct Entry: Equatable, Sendable {
    package let key: String
    package let size: Int
    package let etag: String
  }

  package let entries: [Entry]
  /// With a delimiter: what the keys below it have in common, in place of those keys.
  package let prefixes: [String]
  /// Asks for the next page; nil on the last one.
  package let continuation: String?

  init?(_ document: StoreDocument) {
    guard document.root == "ListBucketResult" else { return nil }
    var entries: [Entry] = []
    for item in document.elements("Contents") {
      // The listing is asked for with `encoding-type=url`, since XML has no text for some keys.
      guard let key = item.text("Key").flatMap(StoreDocument.percentDecoded),
        let size = item.text("Size").flatMap(Int.init)
      else { return nil }
      entries.append(Entry(key: key, size: size, etag: item.text("ETag") ?? ""))
    }
    self.entries = entries
    prefixes = document.elements("CommonPrefixes").compactMap {
      $0.text("Prefix").flatMap(StoreDocument.percentDecoded)
    }
    continuation = document.text("IsTruncated") == "true" ? document.text("NextContinuationToken") : nil
  }
}
