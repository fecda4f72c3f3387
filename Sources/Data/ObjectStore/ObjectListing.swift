internal import Signing
internal import XML

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

  init?(_ document: XMLElement) {
    guard document.name == "ListBucketResult" else { return nil }
    var entries: [Entry] = []
    for item in document.all("Contents") {
      guard let key = item.text(of: "Key").flatMap(Self.decoded), let size = item.text(of: "Size").flatMap(Int.init)
      else { return nil }
      entries.append(Entry(key: key, size: size, etag: item.text(of: "ETag") ?? ""))
    }
    self.entries = entries
    prefixes = document.all("CommonPrefixes").compactMap { $0.text(of: "Prefix").flatMap(Self.decoded) }
    continuation = document.text(of: "IsTruncated") == "true" ? document.text(of: "NextContinuationToken") : nil
  }

  /// A listing is asked for with `encoding-type=url`, since XML has no text for some keys. Some stores write a blank as
  /// `+`, and a plus sign as `%2B`.
  private static func decoded(_ text: String) -> String? {
    PercentEncoding.decode(text.replacing("+", with: "%20")[...]).flatMap { String(validating: $0, as: UTF8.self) }
  }
}
