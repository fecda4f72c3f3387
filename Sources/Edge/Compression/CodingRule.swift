internal import HTTP

/// Which answers are given compressed.
///
/// Only kept ones, and of those only what everyone gets alike: an answer that sets a cookie, or that is chosen by a
/// cookie or by credentials, may hold a secret beside text that an attacker has chosen, and its size would tell them
/// apart (BREACH). What is not kept goes through as the origin made it.
enum CodingRule {
  /// Less is in one packet anyway.
  static let least = 1024

  static func permits(_ status: Status, _ fields: Fields, length: Int) -> Bool {
    guard status == .ok, length >= least, let type = fields.bytes(.contentType), isText(type) else { return false }
    for name in forbidding where fields.contains(name) { return false }
    for name in ["cookie", "authorization", "*"] where fields.listContains(.vary, name) { return false }
    return !CacheControl(fields).noTransform && !fields.listContains(.cdnCacheControl, "no-transform")
  }

  /// The last are about the content as it is.
  private static let forbidding: [FieldName] = [
    .contentEncoding, .setCookie, .contentRange, "content-md5", "digest", "content-digest", "repr-digest",
  ]

  /// Texts, and what is written like them; pictures, films and archives are compressed already.
  private static func isText(_ type: ArraySlice<UInt8>) -> Bool {
    let name = type.prefix { $0 != UInt8(ascii: ";") }.trimmedOWS.text.lowercased()
    if name.hasPrefix("text/") || name.hasSuffix("+json") || name.hasSuffix("+xml") { return true }
    return texts.contains(name)
  }

  private static let texts: Set<String> = [
    "application/dash+xml", "application/javascript", "application/json", "application/vnd.apple.mpegurl",
    "application/wasm", "application/x-javascript", "application/x-ndjson", "application/xml", "font/otf", "font/ttf",
    "image/bmp", "image/x-icon",
  ]
}
