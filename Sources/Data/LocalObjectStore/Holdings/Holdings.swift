internal import Loop

/// What the store holds: the index in memory and the files under it, changed together. Lives on one loop; the files
/// are touched on its worker pool. An index is changed only after the files are safe.
final class Holdings {
  struct Bucket {
    /// Since 1970, UTC.
    var createdMs: Int64
    var index = BucketIndex()
  }

  struct Upload {
    var record: UploadRecord
    var parts: [Int: PartRecord] = [:]
  }

  let loop: EventLoop
  let folder: StoreFolder
  let turns = Turns()
  private(set) var buckets: [String: Bucket]
  var uploads: [String: Upload]

  private init(loop: EventLoop, folder: StoreFolder, buckets: [String: Bucket], uploads: [String: Upload]) {
    self.loop = loop
    self.folder = folder
    self.buckets = buckets
    self.uploads = uploads
  }

  /// Reads every record below `path`, which is made if it is missing.
  static func load(on loop: EventLoop, path: String) async throws -> Holdings {
    let (folder, found, created, uploads) = try await loop.offload {
      let folder = try StoreFolder(path: path)
      return (folder, try folder.scanObjects(), try folder.scanBuckets(), try folder.scanUploads())
    }
    let records = Dictionary(grouping: found, by: \.bucket)
    let buckets = created.map { name, createdMs in
      (name, Bucket(createdMs: createdMs, index: BucketIndex(records[name] ?? [])))
    }
    return Holdings(
      loop: loop, folder: folder, buckets: Dictionary(uniqueKeysWithValues: buckets),
      uploads: Dictionary(
        uniqueKeysWithValues: uploads.map { ($0.upload.id, Upload(record: $0.upload, parts: $0.parts)) }))
  }

  // MARK: Buckets

  func bucket(_ name: String) throws(S3Error) -> Bucket {
    guard let bucket = buckets[name] else { throw .noSuchBucket }
    return bucket
  }

  func createBucket(_ name: String) async throws {
    try await turns.take(name) {
      guard buckets[name] == nil else { throw S3Error.bucketOwned }
      let createdMs = WallClock.milliseconds
      try await loop.offload { [folder] in try folder.createBucket(name, atMs: createdMs) }
      buckets[name] = Bucket(createdMs: createdMs)
    }
  }

  /// An upload under way does not keep a bucket: it is swept with time, and can no longer be completed.
  func deleteBucket(_ name: String) async throws {
    try await turns.take(name) {
      guard try bucket(name).index.records.isEmpty else { throw S3Error.bucketNotEmpty }
      let deleted = buckets.removeValue(forKey: name)
      do {
        try await loop.offload { [folder] in try folder.removeBucket(name) }
      } catch {
        buckets[name] = deleted
        throw error
      }
    }
  }

  // MARK: Objects

  func record(_ address: ObjectAddress) throws(S3Error) -> ObjectRecord {
    guard let record = try bucket(address.bucket).index[address.key] else { throw .noSuchKey }
    return record
  }

  /// The staged bytes become the object, or are discarded.
  func put(_ staged: StagedFile, as record: ObjectRecord, onlyIfAbsent: Bool) async throws {
    do {
      try await turns.take(record.fileName) {
        let old = try bucket(record.bucket).index[record.key]
        guard old == nil || !onlyIfAbsent else { throw S3Error.preconditionFailed }
        try await loop.offload { [folder] in
          try folder.commit(staged, as: record, replacing: old?.content.version)
        }
        guard buckets[record.bucket] != nil else {
          // The bucket was deleted meanwhile.
          try await loop.offload { [folder] in try folder.remove(record) }
          throw S3Error.noSuchBucket
        }
        buckets[record.bucket]?.index.insert(record)
      }
    } catch {
      await discard(staged)
      throw error
    }
  }

  /// Deleting what is not there is no error, as in S3.
  func delete(_ address: ObjectAddress) async throws {
    try await turns.take(address.key.fileName(in: address.bucket)) {
      guard let record = try bucket(address.bucket).index[address.key] else { return }
      try await loop.offload { [folder] in try folder.remove(record) }
      buckets[address.bucket]?.index.remove(address.key)
    }
  }

  func open(_ record: ObjectRecord) async throws -> OpenFile {
    try await loop.offload { [folder] in try folder.open(record) }
  }

  func discard(_ staged: StagedFile) async {
    try? await loop.offload { [folder] in folder.discard(staged) }
  }
}
