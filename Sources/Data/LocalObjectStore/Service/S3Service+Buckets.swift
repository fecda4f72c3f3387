internal import CivilCalendar
internal import HTTP
internal import Signing
internal import XML

/// Buckets and their listing.
extension S3Service {
  func listBuckets() -> Response {
    .xml(
      XMLWriter.document("ListAllMyBucketsResult") { document in
        document.element("Buckets") { list in
          for (name, bucket) in holdings.buckets.sorted(by: { $0.key < $1.key }) {
            list.element("Bucket") { item in
              item.element("Name", name)
              item.element("CreationDate", rfc3339(bucket.createdMs, fractionDigits: 3))
            }
          }
        }
      })
  }

  func createBucket(_ name: String, _ incoming: Holdings.Incoming) async throws -> Response {
    let configuration = try await readDocument(incoming)
    guard configuration.map({ $0.name == "CreateBucketConfiguration" }) ?? true else { throw S3Error.malformedXML }
    try await holdings.createBucket(name)
    return Response(.ok).with(.location, "/\(name)")
  }

  func headBucket(_ name: String) throws -> Response {
    _ = try holdings.bucket(name)
    return Response(.ok).with("x-amz-bucket-region", region)
  }

  func deleteBucket(_ name: String) async throws -> Response {
    try await holdings.deleteBucket(name)
    return Response(.noContent)
  }

  func locateBucket(_ name: String) throws -> Response {
    _ = try holdings.bucket(name)
    var document = XMLWriter()
    // S3 says nothing for its first region.
    document.element("LocationConstraint", region == "us-east-1" ? "" : region)
    return .xml(document.bytes)
  }

  /// ListObjectsV2.
  func listObjects(_ name: String, _ query: S3Query) throws -> Response {
    let bucket = try holdings.bucket(name)
    let wanted = try Listing.Query(query)
    let page = bucket.index.list(wanted)
    let isEncoded = query.first("encoding-type") == "url"
    func text(_ bytes: [UInt8]) -> String {
      let text = String(decoding: bytes, as: UTF8.self)
      return isEncoded ? HTTP.PercentEncoding.encode(text, keepingSlash: true) : text
    }
    return .xml(
      XMLWriter.document("ListBucketResult") { document in
        document.element("Name", name)
        document.element("Prefix", text(wanted.prefix))
        if !wanted.delimiter.isEmpty { document.element("Delimiter", text(wanted.delimiter)) }
        document.element("MaxKeys", String(wanted.limit))
        document.element("KeyCount", String(page.objects.count + page.groups.count))
        document.element("IsTruncated", page.next == nil ? "false" : "true")
        if isEncoded { document.element("EncodingType", "url") }
        if let token = query.first("continuation-token") { document.element("ContinuationToken", token) }
        if let start = query.first("start-after") { document.element("StartAfter", text(Array(start.utf8))) }
        if let next = page.next { document.element("NextContinuationToken", next.token) }
        for record in page.objects { document.object(record, key: text(record.key.bytes)) }
        for group in page.groups { document.element("CommonPrefixes") { $0.element("Prefix", text(group)) } }
      })
  }

  /// A whole document, checked like any body; nil when there is none.
  func readDocument(_ incoming: Holdings.Incoming) async throws -> XMLElement? {
    var digests = ContentDigests(incoming.claims)
    var bytes = try await incoming.source.collect(limit: Self.largestDocument)
    var trailer: [RecordText.Field] = []
    if case .chunked(let isSigned, let hasTrailer) = incoming.form {
      var payload = ChunkedPayload(verifier: isSigned ? incoming.chunks : nil, hasTrailer: hasTrailer)
      bytes = try payload.decode(bytes)
      guard payload.isComplete else { throw PayloadError.length }
      trailer = payload.trailer
    }
    try digests.update(bytes)
    _ = try digests.finish(trailer: trailer, version: "", atMs: 0)
    do {
      return bytes.isEmpty ? nil : try XMLReader.read(bytes)
    } catch {
      throw S3Error.malformedXML
    }
  }
}

extension Listing.Query {
  fileprivate init(_ query: S3Query) throws(S3Error) {
    self.init(
      prefix: Array((query.first("prefix") ?? "").utf8), delimiter: Array((query.first("delimiter") ?? "").utf8))
    if let text = query.first("max-keys") {
      guard let number = Int(text), number >= 0 else {
        throw .invalidArgument("Argument maxKeys must be an integer between 0 and 2147483647")
      }
      limit = min(number, 1_000)
    }
    if let encoding = query.first("encoding-type"), encoding != "url" {
      throw .invalidArgument("Invalid Encoding Method specified in Request")
    }
    if let token = query.first("continuation-token") {
      guard let position = Listing.Position(token: token) else {
        throw .invalidArgument("The continuation token provided is incorrect")
      }
      start = position
    } else if let after = query.first("start-after"), !after.isEmpty {
      start = .after(key: Array(after.utf8))
    }
  }
}

extension XMLWriter {
  fileprivate mutating func object(_ record: ObjectRecord, key: String) {
    element("Contents") { item in
      item.element("Key", key)
      item.element("LastModified", rfc3339(record.content.modifiedMs, fractionDigits: 3))
      item.element("ETag", "\"\(record.content.etag)\"")
      if let checksum = record.content.checksum {
        item.element("ChecksumAlgorithm", checksum.algorithm.rawValue.uppercased())
      }
      item.element("Size", String(record.content.size))
      item.element("StorageClass", "STANDARD")
    }
  }
}
