internal import HTTP

/// Single objects.
extension S3Service {
  func putObject(_ address: ObjectAddress, _ request: Request, _ incoming: Holdings.Incoming) async throws -> Response {
    _ = try holdings.bucket(address.bucket)
    let onlyIfAbsent = try request.asksOnlyIfAbsent()
    // An early answer spares the client the upload; what counts is the check at the end.
    if onlyIfAbsent, (try? holdings.record(address)) != nil { throw S3Error.preconditionFailed }
    let fields = try StoredFields.read(request.fields)
    let (staged, content) = try await holdings.receive(incoming)
    let record = ObjectRecord(bucket: address.bucket, key: address.key, content: content, fields: fields)
    try await holdings.put(staged, as: record, onlyIfAbsent: onlyIfAbsent)
    return Response(.ok, fields: content.receipt)
  }

  func deleteObject(_ address: ObjectAddress) async throws -> Response {
    try await holdings.delete(address)
    return Response(.noContent)
  }

  /// GET and HEAD.
  func readObject(_ address: ObjectAddress, _ request: Request) async throws -> Response {
    let record = try holdings.record(address)
    let selection = try ObjectSelection(request, record.content)
    var fields = record.fields(for: request)
    switch selection {
    case .notModified:
      return Response(.notModified, fields: fields)
    case .whole:
      if request.fields.first("x-amz-checksum-mode")?.lowercased() == "enabled", let checksum = record.content.checksum
      {
        fields.append(checksum)
      }
      return Response(.ok, fields: fields, body: try await body(of: record, nil, request))
    case .range(let range):
      fields.append(.contentRange, range.contentRange(of: Int(record.content.size)))
      return Response(.partialContent, fields: fields, body: try await body(of: record, range, request))
    }
  }

  private func body(of record: ObjectRecord, _ range: ByteRange?, _ request: Request) async throws -> Body {
    let range = range ?? ByteRange(first: 0, count: Int(record.content.size))
    guard request.method != .head else { return .omitted(length: range.count) }
    // S3 has empty objects, and a stream has no empty piece.
    guard range.count > 0 else { return .bytes([]) }
    let file = try await holdings.open(record)
    return .stream(FileBody(file, range, on: holdings.loop), length: range.count)
  }
}

extension Request {
  /// `If-None-Match: *`. Other conditions of a write are refused: not to heed one is to overwrite.
  func asksOnlyIfAbsent() throws(S3Error) -> Bool {
    guard !fields.contains(.ifMatch) else { throw .notImplemented("If-Match on a write") }
    guard let condition = fields.first(.ifNoneMatch) else { return false }
    guard condition == "*" else { throw .notImplemented("If-None-Match other than * on a write") }
    return true
  }
}

extension StoredContent {
  /// What a write is answered with.
  var receipt: Fields {
    var fields = Fields()
    fields.append(.etag, "\"\(etag)\"")
    if let checksum { fields.append(checksum) }
    return fields
  }
}

extension Fields {
  mutating func append(_ checksum: StoredChecksum) {
    if let name = FieldName(token: checksum.algorithm.fieldName) { append(name, checksum.text) }
    append("x-amz-checksum-type", checksum.isComposite ? "COMPOSITE" : "FULL_OBJECT")
  }
}

extension ObjectRecord {
  /// The fields of GET's answer: what was stored, or what the query says instead.
  fileprivate func fields(for request: Request) -> Fields {
    var answer = Fields()
    answer.append(.etag, "\"\(content.etag)\"")
    answer.append(.lastModified, HTTPDate(secondsSinceEpoch: Int(content.modifiedMs / 1_000)).description)
    answer.append(.acceptRanges, "bytes")
    for field in fields {
      if let name = FieldName(token: field.name) { answer.append(name, field.value) }
    }
    for override in ResponseOverride.all {
      if let value = request.query(override.queryName) { answer.set(override.field, value) }
    }
    if !answer.contains(.contentType) { answer.append(.contentType, "binary/octet-stream") }
    return answer
  }
}
