internal import Signing

/// An XML answer of an object store, as far as we read those: elements by name, without attributes.
struct StoreDocument {
  let root: Substring
  private let content: Substring

  /// Nil if there is no element.
  init?(_ bytes: [UInt8]) {
    guard let text = String(validating: bytes, as: UTF8.self) else { return nil }
    var rest = text[...]
    // The declaration, where there is one.
    if rest.hasPrefix("<?"), let end = rest.firstRange(of: "?>") { rest = rest[end.upperBound...] }
    guard let start = rest.firstIndex(of: "<"), let open = rest[start...].firstIndex(of: ">"),
      let close = rest.lastIndex(of: "<"), open < close
    else { return nil }
    root = rest[rest.index(after: start)..<open].prefix { $0 != " " }
    content = rest[rest.index(after: open)..<close]
  }

  private init(root: Substring, content: Substring) {
    self.root = root
    self.content = content
  }

  /// The elements of that name, at any depth but not within one another: S3's documents have no such.
  func elements(_ name: String) -> [StoreDocument] {
    var found: [StoreDocument] = []
    var rest = content
    while let open = rest.firstRange(of: "<\(name)>"),
      let close = rest[open.upperBound...].firstRange(of: "</\(name)>")
    {
      found.append(StoreDocument(root: Substring(name), content: rest[open.upperBound..<close.lowerBound]))
      rest = rest[close.upperBound...]
    }
    return found
  }

  /// The text of the first element of that name.
  func text(_ name: String) -> String? { elements(name).first.map { Self.unescape($0.content) } }

  static func escape(_ text: String) -> String {
    text.replacing("&", with: "&amp;").replacing("<", with: "&lt;").replacing(">", with: "&gt;")
  }

  /// As `encoding-type=url` writes keys: some stores write a blank as `+`, and a plus sign as `%2B`.
  static func percentDecoded(_ text: String) -> String? {
    PercentEncoding.decode(text.replacing("+", with: "%20")[...]).flatMap { String(validating: $0, as: UTF8.self) }
  }

  private static func unescape(_ text: Substring) -> String {
    let entities = [
      ("&lt;", "<"), ("&gt;", ">"), ("&quot;", "\""), ("&#34;", "\""), ("&apos;", "'"), ("&#39;", "'"), ("&amp;", "&"),
    ]
    guard text.contains("&") else { return String(text) }
    return entities.reduce(String(text)) { text, entity in text.replacing(entity.0, with: entity.1) }
  }
}
