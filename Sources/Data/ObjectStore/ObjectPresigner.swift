package import Signing

/// Signs URLs by which someone without credentials reads or writes one object for a while. Asks nobody: a signature
/// says nothing about whether the object is there. Belongs to one loop, as its signer does.
package final class ObjectPresigner {
  /// What the store shall say of the content instead of what was stored with it.
  package struct Overrides: Equatable, Sendable {
    package var contentType: String?
    package var contentDisposition: String?
    package var cacheControl: String?

    package init(contentType: String? = nil, contentDisposition: String? = nil, cacheControl: String? = nil) {
      self.contentType = contentType
      self.contentDisposition = contentDisposition
      self.cacheControl = cacheControl
    }

    var query: [SigV4Field] {
      var items: [SigV4Field] = []
      if let contentType { items.append(SigV4Field("response-content-type", contentType)) }
      if let contentDisposition { items.append(SigV4Field("response-content-disposition", contentDisposition)) }
      if let cacheControl { items.append(SigV4Field("response-cache-control", cacheControl)) }
      return items
    }
  }

  /// What the bytes of an upload have to be; nil leaves it open. The store checks it.
  package struct Expectation: Equatable, Sendable {
    /// In bytes.
    package var size: Int64?
    package var sha256: [UInt8]?

    package init(size: Int64? = nil, sha256: [UInt8]? = nil) {
      self.size = size
      self.sha256 = sha256
    }

    var fields: [SigV4Field] {
      var fields: [SigV4Field] = []
      if let size { fields.append(SigV4Field("content-length", String(size))) }
      if let sha256 { fields.append(SigV4Field("x-amz-checksum-sha256", Base64.standard.encode(sha256))) }
      return fields
    }
  }

  /// A URL to PUT to, and the fields that the PUT must carry as they are: they are signed.
  package struct Upload: Equatable, Sendable {
    package let url: String
    package let fields: [SigV4Field]
  }

  private let address: S3Address
  private var signer: SigV4Signer
  private let encryption: ObjectEncryption?

  package init(_ settings: ObjectStoreSettings) throws(ObjectStoreSettings.Malformed) {
    address = try settings.address(settings.publicEndpoint ?? settings.endpoint)
    signer = SigV4Signer(credentials: settings.credentials, region: settings.region)
    encryption = settings.encryption
  }

  /// `expiresSeconds` is 1 to 604 800 from `unixSeconds` on.
  package func get(
    _ key: String, expiresSeconds: Int, overrides: Overrides = Overrides(), at unixSeconds: Int64
  ) -> String {
    var url: [UInt8] = []
    appendGet(key, expiresSeconds: expiresSeconds, overrides: overrides, at: unixSeconds, to: &url)
    return String(decoding: url, as: UTF8.self)
  }

  /// The same, for whoever writes it on: no text is made of it.
  package func appendGet(
    _ key: String, expiresSeconds: Int, overrides: Overrides = Overrides(), at unixSeconds: Int64, to url: inout [UInt8]
  ) {
    let request = SigV4Request("GET", address, key: key, query: overrides.query)
    signer.appendPresigned(request, expiresSeconds: expiresSeconds, at: unixSeconds, to: &url)
  }

  /// With `onlyIfAbsent` the store refuses to replace an object (412).
  package func put(
    _ key: String, content: ObjectContent.Description, _ expected: Expectation = Expectation(),
    onlyIfAbsent: Bool = false, expiresSeconds: Int, at unixSeconds: Int64
  ) -> Upload {
    var fields = content.fields + expected.fields + (encryption?.fields ?? [])
    if onlyIfAbsent { fields.append(SigV4Field("if-none-match", "*")) }
    let request = SigV4Request("PUT", address, key: key, headers: fields)
    return Upload(url: signer.presign(request, expiresSeconds: expiresSeconds, at: unixSeconds), fields: fields)
  }

  /// One part of a multipart upload; `number` is 1 to 10 000.
  package func part(
    _ number: Int, of upload: MultipartUpload, expiresSeconds: Int, at unixSeconds: Int64
  ) -> String {
    let request = SigV4Request("PUT", address, key: upload.key, query: upload.query(part: number))
    return signer.presign(request, expiresSeconds: expiresSeconds, at: unixSeconds)
  }
}
