/// What is known of an object besides its bytes: the file beside them.
struct ObjectRecord: Equatable, Sendable {
  var bucket: String
  var key: ObjectKey
  var content: StoredContent
  /// Fields that come back as they were sent: Content-Type, Cache-Control, `x-amz-meta-*` and their like, in order.
  var fields: [RecordText.Field]

  var fileName: String { key.fileName(in: bucket) }
}

/// The bytes of an object or of one part of an upload.
struct StoredContent: Equatable, Sendable {
  /// Names the file that holds them: new for each write, so that a write never touches bytes that someone reads.
  var version: String
  /// In bytes.
  var size: Int64
  /// Without its quotes: MD5 in hexadecimal, for a multipart object with `-` and the number of parts.
  var etag: String
  /// Since 1970, UTC.
  var modifiedMs: Int64
  var checksum: StoredChecksum?
}

struct StoredChecksum: Equatable, Sendable {
  var algorithm: ChecksumAlgorithm
  /// As in `x-amz-checksum-*`: base64, for a composite one with `-` and the number of parts.
  var text: String

  var isComposite: Bool { text.contains("-") }
}

extension ObjectRecord {
  var encoded: [UInt8] {
    RecordText.encode(
      [.init("bucket", bucket), .init("key", key.text)] + content.encoded
        + fields.map { .init("field:\($0.name)", $0.value) })
  }

  init(_ text: [UInt8]) throws(RecordText.Damaged) {
    let record = try RecordText.decode(text)
    guard let key = ObjectKey(try record.value("key")) else { throw RecordText.Damaged() }
    self.init(
      bucket: try record.value("bucket"), key: key, content: try StoredContent(record),
      fields: record.under("field:"))
  }
}

extension StoredContent {
  var encoded: [RecordText.Field] {
    var fields: [RecordText.Field] = [
      .init("version", version), .init("size", String(size)), .init("etag", etag),
      .init("modified-ms", String(modifiedMs)),
    ]
    if let checksum { fields.append(.init("checksum:\(checksum.algorithm.rawValue)", checksum.text)) }
    return fields
  }

  init(_ record: [RecordText.Field]) throws(RecordText.Damaged) {
    let checksum = record.under("checksum:").first.flatMap { field in
      ChecksumAlgorithm(rawValue: field.name).map { StoredChecksum(algorithm: $0, text: field.value) }
    }
    self.init(
      version: try record.value("version"), size: try record.number("size"), etag: try record.value("etag"),
      modifiedMs: try record.number("modified-ms"), checksum: checksum)
  }
}
