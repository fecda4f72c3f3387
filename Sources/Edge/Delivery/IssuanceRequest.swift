package import HTTP
internal import JSON
package import Publication

/// What a player asks for: a URL for one object.
package struct IssuanceRequest: Equatable {
  package let key: StorageKey
  /// In seconds, at least 1; policies make it shorter or longer.
  package let lifetime: Int64
  package let fileName: String?
  package let token: DownloadToken?

  static let defaultLifetime = 600

  /// One of a batch.
  init(key: StorageKey, lifetime: Int64, fileName: String?, token: DownloadToken?) {
    self.key = key
    self.lifetime = lifetime
    self.fileName = fileName
    self.token = token
  }

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
    guard let key else { throw Problem.missing("storage_key") }
    guard let key = StorageKey(key) else { throw Problem(.badRequest, "Invalid storage_key") }
    guard lifetime ?? 1 >= 1 else {
      throw Problem(invalid: ["ttl_seconds"], "Expected a whole number, at least 1", type: "value")
    }
    let known = token.flatMap { DownloadToken($0) }
    guard token == nil || known != nil else {
      let expected = "Expected 16 to 128 letters, digits, _ or -"
      throw Problem(invalid: ["token"], expected, type: "value")
    }
    guard (fileName ?? "").utf8.count <= 255 else {
      throw Problem(invalid: ["attachment_filename"], "Expected at most 255 bytes", type: "value")
    }
    self.key = key
    self.lifetime = Int64(lifetime ?? Self.defaultLifetime)
    self.fileName = fileName
    self.token = known
  }
}
