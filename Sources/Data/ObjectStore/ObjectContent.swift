package import HTTP
package import Signing

/// What is known of an object without reading it.
package struct ObjectHead: Equatable, Sendable {
  /// In bytes, of what the answer carries; nil when the store does not say.
  package let size: Int?
  /// With its quotes.
  package let etag: String?
  package let contentType: String?
  /// As the store wrote it, an HTTP date.
  package let lastModified: String?
  package let encryption: String?

  init(_ fields: Fields, size: Int?) {
    self.size = size
    etag = fields.first(.etag)
    contentType = fields.first(.contentType)
    lastModified = fields.first(.lastModified)
    encryption = fields.first("x-amz-server-side-encryption")
  }
}

/// An object under way: its head, and its bytes as they come. Dropping it closes the connection it comes on.
package struct ObjectContent {
  package let head: ObjectHead
  package let body: any BodySource

  /// What is stored with an object and sent with it.
  package struct Description: Equatable, Sendable {
    package var contentType: String
    package var cacheControl: String?
    package var contentDisposition: String?

    package init(_ contentType: String, cacheControl: String? = nil, contentDisposition: String? = nil) {
      self.contentType = contentType
      self.cacheControl = cacheControl
      self.contentDisposition = contentDisposition
    }

    package var fields: [SigV4Field] {
      var fields = [SigV4Field("content-type", contentType)]
      if let cacheControl { fields.append(SigV4Field("cache-control", cacheControl)) }
      if let contentDisposition { fields.append(SigV4Field("content-disposition", contentDisposition)) }
      return fields
    }
  }
}
