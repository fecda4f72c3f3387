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
    try BodyReader.read(body) { reader, name throws(JSONError) in
      switch name {
      case "items": items = try reader.items()
      case "ttl_seconds": lifetime = try reader.integer(atLeast: 1)
      default: try reader.skip()
      }
    }
    guard let items else { throw Problem.missing("items") }
    guard !items.isEmpty else { throw Problem(.badRequest, "No items provided") }
    guard items.count <= most else { throw Problem(.badRequest, "Too many items (max \(most))") }
    self.items = items
    self.lifetime = Int64(lifetime ?? IssuanceRequest.defaultLifetime)
  }
}

extension BodyReader {
  /// One that is null has no key, and keeps its place among the others.
  fileprivate mutating func items() throws(JSONError) -> [BatchRequest.Item]? {
    try array { reader throws(JSONError) in
      var key = ""
      var fileName: String?
      var token: String?
      try reader.object { reader, name throws(JSONError) in
        switch name {
        case "storage_key": key = try reader.string() ?? ""
        case "attachment_filename": fileName = try reader.string(atMost: 255)
        case "token": token = try reader.string()
        default: try reader.skip()
        }
      }
      return BatchRequest.Item(text: key, key: StorageKey(key), fileName: fileName, token: token)
    }
  }
}
