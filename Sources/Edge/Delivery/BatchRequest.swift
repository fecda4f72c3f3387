internal import HTTP
internal import JSON
internal import Publication

/// What a player asks for at once: URLs for several objects, all for the same time. A key or a token that cannot
/// be one is its item's error, not the batch's.
struct BatchRequest {
  struct Item {
    /// As it was sent.
    let text: String
    let key: StorageKey?
    let fileName: String?
    /// As it was sent.
    let token: String?
  }

  let items: [Item]
  /// In seconds, at least 1; policies make it shorter or longer.
  let lifetime: Int64

  /// - Throws: `Problem` 400 for what is not JSON, for no items and for more than `most`, 422 for a wrong member.
  init(json body: [UInt8], most: Int) throws(Problem) {
    var items: [Item]?
    var lifetime: Int?
    do {
      let bytes = body.span
      var scanner = JSONScanner()
      try scanner.object(bytes) { scanner, name throws(JSONError) in
        switch name {
        case "items": items = try Self.items(bytes, &scanner)
        case "ttl_seconds" where try scanner.peek(bytes) != .null: lifetime = try scanner.integer(bytes)
        default: try scanner.skip(bytes)
        }
      }
      try scanner.end(bytes)
    } catch {
      throw Problem(.badRequest, "The body is not the JSON that was expected, from byte \(error.offset) on")
    }
    guard let items else { throw Problem.missing("items") }
    guard !items.isEmpty else { throw Problem(.badRequest, "No items provided") }
    guard items.count <= most else { throw Problem(.badRequest, "Too many items (max \(most))") }
    guard lifetime ?? 1 >= 1 else {
      throw Problem(invalid: ["ttl_seconds"], "Expected a whole number, at least 1", type: "value")
    }
    guard items.allSatisfy({ ($0.fileName ?? "").utf8.count <= 255 }) else {
      throw Problem(invalid: ["items", "attachment_filename"], "Expected at most 255 bytes", type: "value")
    }
    self.items = items
    self.lifetime = Int64(lifetime ?? IssuanceRequest.defaultLifetime)
  }

  private static func items(_ bytes: Span<UInt8>, _ scanner: inout JSONScanner) throws(JSONError) -> [Item] {
    var items: [Item] = []
    try scanner.array(bytes) { scanner throws(JSONError) in
      var key = ""
      var fileName: String?
      var token: String?
      try scanner.object(bytes) { scanner, name throws(JSONError) in
        switch name {
        case "storage_key" where try scanner.peek(bytes) != .null: key = try scanner.string(bytes)
        case "attachment_filename" where try scanner.peek(bytes) != .null: fileName = try scanner.string(bytes)
        case "token" where try scanner.peek(bytes) != .null: token = try scanner.string(bytes)
        default: try scanner.skip(bytes)
        }
      }
      items.append(Item(text: key, key: StorageKey(key), fileName: fileName, token: token))
    }
    return items
  }
}
