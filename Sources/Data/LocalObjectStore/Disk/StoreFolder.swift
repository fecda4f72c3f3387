internal import Signing

/// The store's files. Every call blocks: it runs on the worker pool.
///
///     buckets/<hash>               a bucket's record
///     objects/<hash>.record        an object's record; it names the version that counts
///     objects/<hash>.<version>     an object's bytes
///     uploads/<id>/                a multipart upload: `upload.record`, and for each part a record and its bytes
///     staged/<random>              what is being written
///
/// A write goes to `staged`, is synchronised, then renamed: bytes first, their record last. What a crash leaves behind
/// is a file that no record names, and `sweep` removes it at the next start.
struct StoreFolder: Sendable {
  let path: String

  init(path: String) throws(FileError) {
    self.path = path
    try Folder.make(path)
    for name in ["buckets", "objects", "uploads", "staged"] { try Folder.make("\(path)/\(name)") }
  }

  var objects: String { "\(path)/objects" }
  var uploads: String { "\(path)/uploads" }

  static func newVersion() -> String { Hex.encode(RandomBytes.make(12)) }

  // MARK: Staging

  func stage() throws(FileError) -> StagedFile {
    let staged = "\(path)/staged/\(Self.newVersion())"
    return StagedFile(path: staged, file: try OpenFile(creating: staged))
  }

  func discard(_ staged: StagedFile) { try? Folder.removeFile(staged.path) }

  /// Replaces the file at `destination` by these bytes, whole or not at all.
  func write(_ bytes: [UInt8], to destination: String) throws(FileError) {
    let staged = try stage()
    do {
      try staged.file.append(bytes)
      try staged.file.synchronise()
      try Folder.move(staged.path, to: destination)
    } catch {
      discard(staged)
      throw error
    }
  }

  // MARK: Buckets

  func createBucket(_ name: String, atMs createdMs: Int64) throws(FileError) {
    let record = RecordText.encode([.init("bucket", name), .init("created-ms", String(createdMs))])
    try write(record, to: bucketPath(name))
    try Folder.synchronise("\(path)/buckets")
  }

  func removeBucket(_ name: String) throws(FileError) {
    try Folder.removeFile(bucketPath(name))
    try Folder.synchronise("\(path)/buckets")
  }

  /// Each bucket's name with when it was made, in milliseconds since 1970.
  func scanBuckets() throws -> [String: Int64] {
    var buckets: [String: Int64] = [:]
    for name in Folder.names(in: "\(path)/buckets") {
      let (bucket, createdMs) = try Self.read("\(path)/buckets/\(name)") { text throws(RecordText.Damaged) in
        let record = try RecordText.decode(text)
        return (try record.value("bucket"), try record.number("created-ms"))
      }
      buckets[bucket] = createdMs
    }
    return buckets
  }

  private func bucketPath(_ name: String) -> String { "\(path)/buckets/\(SHA256.hash(name).hex)" }

  // MARK: Objects

  /// The staged bytes become the object's. `old` is the version that the record named before.
  func commit(_ staged: StagedFile, as record: ObjectRecord, replacing old: String?) throws(FileError) {
    let name = record.fileName
    try staged.file.synchronise()
    try Folder.move(staged.path, to: "\(objects)/\(name).\(record.content.version)")
    try Folder.synchronise(objects)
    try write(record.encoded, to: "\(objects)/\(name).record")
    try Folder.synchronise(objects)
    if let old { try Folder.removeFile("\(objects)/\(name).\(old)") }
  }

  /// The record goes first: from then on the object is gone, also after a crash.
  func remove(_ record: ObjectRecord) throws(FileError) {
    try Folder.removeFile("\(objects)/\(record.fileName).record")
    try Folder.synchronise(objects)
    try Folder.removeFile("\(objects)/\(record.fileName).\(record.content.version)")
  }

  func open(_ record: ObjectRecord) throws(FileError) -> OpenFile {
    try OpenFile(reading: "\(objects)/\(record.fileName).\(record.content.version)")
  }

  // MARK: Start

  /// Reads every object's record, and removes what a crash left: staged files and bytes that no record names.
  func scanObjects() throws -> [ObjectRecord] {
    for name in Folder.names(in: "\(path)/staged") { try Folder.removeFile("\(path)/staged/\(name)") }
    let names = Folder.names(in: objects)
    var records: [ObjectRecord] = []
    for name in names where name.hasSuffix(".record") {
      records.append(try Self.read("\(objects)/\(name)", ObjectRecord.init))
    }
    let live = Set(records.flatMap { ["\($0.fileName).record", "\($0.fileName).\($0.content.version)"] })
    for name in names where !live.contains(name) { try Folder.removeFile("\(objects)/\(name)") }
    return records
  }

  static func read<Record>(
    _ path: String, _ decode: ([UInt8]) throws(RecordText.Damaged) -> Record
  ) throws -> Record {
    do {
      return try decode(try Folder.read(path))
    } catch is RecordText.Damaged {
      throw DamagedRecord(path: path)
    }
  }
}

/// A record that is not as it was written: the store does not start, because it would sweep the object's bytes.
struct DamagedRecord: Error, CustomStringConvertible {
  let path: String

  var description: String { "\(path) is damaged: put it back from a backup, or move it away to lose its object" }
}

/// A file that is being written and has no name yet that anyone would look for.
struct StagedFile: Sendable {
  let path: String
  let file: OpenFile
}
