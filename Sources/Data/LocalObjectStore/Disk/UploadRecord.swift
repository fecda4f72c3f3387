/// A multipart upload under way.
struct UploadRecord: Equatable, Sendable {
  /// Ours, random; also its folder's name. What a client sends is only ever compared with it.
  var id: String
  var bucket: String
  var key: ObjectKey
  /// Since 1970, UTC.
  var initiatedMs: Int64
  var fields: [RecordText.Field]
  /// What each part, and in the end the object, is checked by.
  var checksum: ChecksumAlgorithm?
  /// The object's checksum is over all of its bytes, not over its parts' checksums.
  var checksumsWhole: Bool
}

/// A part that has been received. A part sent again replaces the one before.
struct PartRecord: Equatable, Sendable {
  /// 1 to 10 000.
  var number: Int
  var content: StoredContent
}

extension UploadRecord {
  var encoded: [UInt8] {
    var record: [RecordText.Field] = [
      .init("id", id), .init("bucket", bucket), .init("key", key.text), .init("initiated-ms", String(initiatedMs)),
      .init("checksums-whole", checksumsWhole ? "1" : "0"),
    ]
    if let checksum { record.append(.init("checksum", checksum.rawValue)) }
    return RecordText.encode(record + fields.map { .init("field:\($0.name)", $0.value) })
  }

  init(_ text: [UInt8]) throws(RecordText.Damaged) {
    let record = try RecordText.decode(text)
    guard let key = ObjectKey(try record.value("key")) else { throw RecordText.Damaged() }
    self.init(
      id: try record.value("id"), bucket: try record.value("bucket"), key: key,
      initiatedMs: try record.number("initiated-ms"), fields: record.under("field:"),
      checksum: (try? record.value("checksum")).flatMap(ChecksumAlgorithm.init(rawValue:)),
      checksumsWhole: try record.value("checksums-whole") == "1")
  }
}

extension PartRecord {
  var encoded: [UInt8] { RecordText.encode([.init("number", String(number))] + content.encoded) }

  init(_ text: [UInt8]) throws(RecordText.Damaged) {
    let record = try RecordText.decode(text)
    self.init(number: Int(try record.number("number")), content: try StoredContent(record))
  }
}
