package import HTTP
internal import JSON
package import Publication

/// What a player asks for: a URL for one object.
package struct IssuanceRequest: Equatable {
  package let key: StorageKey
  /// Seconds, 60 to 3 600; policies may make it shorter or longer.
  package let lifetime: Int64
  package let fileName: String?
  /// A one-time token, at most 128 characters.
  package let token: String?

  package static let lifetimes: ClosedRange<Int> = 60...604_800
  private static let defaultLifetime = 600

  /// - Throws: `Problem` 400 for what is not JSON or no storage key, 422 for a wrong member.
  package init(json body: [UInt8]) throws(Problem) {
    var key: String?
    var lifetime: Int?
    var fileName: String?
    var token: String?
    do {
      let bytes = body.span
      var scanner = JSONScanner()
      try scanner.object(bytes) { scanner, name throws(JSONError) in
        if try scanner.peek(bytes) == .null { return try scanner.null(bytes) }
        switch name {
        case "storage_key": key = try scanner.string(bytes)
        case "ttl_seconds": lifetime = try scanner.integer(bytes)
        case "attachment_filename": fileName = try scanner.string(bytes)
        case "token": token = try scanner.string(bytes)
        default: try scanner.skip(bytes)
        }
      }
      try scanner.end(bytes)
    } catch {
      throw Problem(.badRequest, "The body is not the JSON that was expected, from byte \(error.offset) on")
    }
    guard let key else { throw Problem(.unprocessableContent, "body.storage_key: Field required") }
    guard let key = StorageKey(key) else { throw Problem(.badRequest, "Invalid storage_key") }
    guard Self.lifetimes.contains(lifetime ?? Self.defaultLifetime) else {
      throw Problem(.unprocessableContent, "body.ttl_seconds: Expected a whole number from 60 to 604800")
    }
    guard (token ?? "x").utf8.count <= 128, (token ?? "x").isEmpty == false else {
      throw Problem(.unprocessableContent, "body.token: Expected 1 to 128 characters")
    }
    guard (fileName ?? "").utf8.count <= 255 else {
      throw Problem(.unprocessableContent, "body.attachment_filename: Expected at most 255 bytes")
    }
    self.key = key
    self.lifetime = Int64(lifetime ?? Self.defaultLifetime)
    self.fileName = fileName
    self.token = token
  }
}
