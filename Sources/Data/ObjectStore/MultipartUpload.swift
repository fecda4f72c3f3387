internal import Signing
internal import XML

/// An upload in parts, under way at the store until it is completed or aborted.
package struct MultipartUpload: Equatable, Sendable {
  package let key: String
  package let id: String

  package init(key: String, id: String) {
    self.key = key
    self.id = id
  }

  /// A part that the store has, by the ETag it answered with.
  package struct Part: Equatable, Sendable {
    package let number: Int
    package let etag: String

    package init(number: Int, etag: String) {
      self.number = number
      self.etag = etag
    }
  }

  var query: [SigV4Field] { [SigV4Field("uploadId", id)] }

  func query(part number: Int) -> [SigV4Field] { query + [SigV4Field("partNumber", String(number))] }

  /// The document that ends the upload.
  static func completion(_ parts: [Part]) -> [UInt8] {
    XMLWriter.document("CompleteMultipartUpload") { document in
      for part in parts {
        document.element("Part") { item in
          item.element("PartNumber", String(part.number))
          item.element("ETag", part.etag)
        }
      }
    }
  }
}
