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
    var token: DownloadToken?
    try BodyReader.read(body) { reader, name throws(JSONError) in
      switch name {
      case "storage_key": key = try reader.string()
      case "ttl_seconds": lifetime = try reader.integer(atLeast: 1)
      case "attachment_filename": fileName = try reader.string(atMost: 255)
      case "token":
        token = try reader.parsed("16 to 128 letters, digits, _ or -") { DownloadToken($0) }
      default: try reader.skip()
      }
    }
    guard let key else { throw Problem.missing("storage_key") }
    guard let key = StorageKey(key) else { throw Problem(.badRequest, "Invalid storage_key") }
    self.key = key
    self.lifetime = Int64(lifetime ?? Self.defaultLifetime)
    self.fileName = fileName
    self.token = token
  }
}
