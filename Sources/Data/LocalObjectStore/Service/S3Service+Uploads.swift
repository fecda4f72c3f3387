internal import CivilCalendar
internal import HTTP
internal import XML

/// Multipart uploads.
extension S3Service {
  func createUpload(_ address: ObjectAddress, _ request: Request) async throws -> Response {
    var fields = request.fields
    let named = fields.first("x-amz-checksum-algorithm")
    let checksum = named.flatMap(ChecksumAlgorithm.init(name:))
    guard named == nil || checksum != nil else { throw S3Error.invalidRequest("Checksum algorithm is not known.") }
    let checksumsWhole = try Self.checksumsWhole(fields.first("x-amz-checksum-type"), checksum)
    fields.remove("x-amz-checksum-algorithm")
    let upload = try await holdings.createUpload(
      address, fields: try StoredFields.read(fields), checksum: checksum, checksumsWhole: checksumsWhole)
    var response = Response.xml(
      XMLWriter.document("InitiateMultipartUploadResult") { document in
        document.element("Bucket", address.bucket)
        document.element("Key", address.key.text)
        document.element("UploadId", upload.id)
      })
    if let checksum {
      response.fields.append("x-amz-checksum-algorithm", checksum.rawValue.uppercased())
      response.fields.append("x-amz-checksum-type", checksumsWhole ? "FULL_OBJECT" : "COMPOSITE")
    }
    return response
  }

  /// CRCs may be over the whole object, hashes only over the parts'; CRC-64 only over the whole.
  private static func checksumsWhole(_ type: String?, _ checksum: ChecksumAlgorithm?) throws(S3Error) -> Bool {
    switch (type, checksum) {
    case (nil, _): return checksum == .crc64nvme
    case ("FULL_OBJECT", .crc32), ("FULL_OBJECT", .crc32c), ("FULL_OBJECT", .crc64nvme): return true
    case ("COMPOSITE", .crc32), ("COMPOSITE", .crc32c), ("COMPOSITE", .sha1), ("COMPOSITE", .sha256): return false
    default: throw .invalidRequest("The checksum type is not one of its algorithm.")
    }
  }

  func putPart(
    _ number: Int, of id: String, _ address: ObjectAddress, _ request: Request, _ incoming: Holdings.Incoming
  ) async throws -> Response {
    _ = try holdings.upload(id, of: address)
    // A copy's source or an encryption's key would be here.
    _ = try StoredFields.read(request.fields)
    let (staged, content) = try await holdings.receive(incoming)
    let part = PartRecord(number: number, content: content)
    try await holdings.putPart(staged, as: part, of: id, address)
    return Response(.ok, fields: content.receipt)
  }

  func completeUpload(
    _ id: String, _ address: ObjectAddress, _ request: Request, _ incoming: Holdings.Incoming
  ) async throws -> Response {
    guard let document = try await readDocument(incoming), document.name == "CompleteMultipartUpload" else {
      throw S3Error.malformedXML
    }
    let named = try document.all("Part").map { try Holdings.NamedPart($0) }
    let record = try await holdings.completeUpload(
      id, of: address, named: named, onlyIfAbsent: try request.asksOnlyIfAbsent())
    let path = HTTP.PercentEncoding.encode("\(address.bucket)/\(address.key.text)", keepingSlash: true)
    return .xml(
      XMLWriter.document("CompleteMultipartUploadResult") { document in
        document.element("Location", "http://\(request.host ?? "")/\(path)")
        document.element("Bucket", address.bucket)
        document.element("Key", address.key.text)
        document.element("ETag", "\"\(record.content.etag)\"")
        if let checksum = record.content.checksum {
          document.element(checksum.algorithm.elementName, checksum.text)
          document.element("ChecksumType", checksum.isComposite ? "COMPOSITE" : "FULL_OBJECT")
        }
      })
  }

  func abortUpload(_ id: String, _ address: ObjectAddress) async throws -> Response {
    try await holdings.abortUpload(id, of: address)
    return Response(.noContent)
  }

  func listParts(of id: String, _ address: ObjectAddress, _ query: S3Query) throws -> Response {
    let upload = try holdings.upload(id, of: address)
    let marker = Int(query.first("part-number-marker") ?? "0") ?? 0
    let limit = min(max(Int(query.first("max-parts") ?? "1000") ?? 1_000, 1), 1_000)
    let parts = upload.parts.values.filter { $0.number > marker }.sorted { $0.number < $1.number }
    let page = parts.prefix(limit)
    return .xml(
      XMLWriter.document("ListPartsResult") { document in
        document.element("Bucket", address.bucket)
        document.element("Key", address.key.text)
        document.element("UploadId", id)
        document.element("StorageClass", "STANDARD")
        document.element("PartNumberMarker", String(marker))
        if parts.count > limit, let last = page.last { document.element("NextPartNumberMarker", String(last.number)) }
        document.element("MaxParts", String(limit))
        document.element("IsTruncated", parts.count > limit ? "true" : "false")
        for part in page { document.part(part) }
      })
  }
}

extension Holdings.NamedPart {
  fileprivate init(_ element: XMLElement) throws(S3Error) {
    guard let number = element.first("PartNumber").flatMap({ Int($0.text) }), (1...10_000).contains(number),
      let etag = element.first("ETag")?.text
    else { throw .malformedXML }
    self.init(number: number, etag: etag.filter { $0 != "\"" })
    for algorithm in ChecksumAlgorithm.allCases {
      guard let value = element.first(algorithm.elementName) else { continue }
      checksums.append(StoredChecksum(algorithm: algorithm, text: value.text))
    }
  }
}

extension XMLWriter {
  fileprivate mutating func part(_ part: PartRecord) {
    element("Part") { item in
      item.element("PartNumber", String(part.number))
      item.element("LastModified", rfc3339(part.content.modifiedMs, fractionDigits: 3))
      item.element("ETag", "\"\(part.content.etag)\"")
      item.element("Size", String(part.content.size))
      if let checksum = part.content.checksum { item.element(checksum.algorithm.elementName, checksum.text) }
    }
  }
}
