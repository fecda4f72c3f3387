internal import Loop
internal import Signing

/// Multipart uploads.
extension Holdings {
  /// The smallest part but the last, in bytes: 5 MiB, as S3's.
  static let smallestPart: Int64 = 5 << 20

  /// A part as the client names it when it completes an upload.
  struct NamedPart: Equatable {
    var number: Int
    /// Without quotes.
    var etag: String
    /// Each checksum that the client gave with it.
    var checksums: [StoredChecksum] = []
  }

  func createUpload(
    _ address: ObjectAddress, fields: [RecordText.Field], checksum: ChecksumAlgorithm?, checksumsWhole: Bool
  ) async throws -> UploadRecord {
    _ = try bucket(address.bucket)
    let record = UploadRecord(
      id: Hex.encode(RandomBytes.make(24)), bucket: address.bucket, key: address.key,
      initiatedMs: WallClock.milliseconds,
      fields: fields, checksum: checksum, checksumsWhole: checksumsWhole)
    try await loop.offload { [folder] in try folder.createUpload(record) }
    uploads[record.id] = Upload(record: record)
    return record
  }

  /// An id alone opens nothing: it must be of this bucket and key.
  func upload(_ id: String, of address: ObjectAddress) throws(S3Error) -> Upload {
    _ = try bucket(address.bucket)
    guard let upload = uploads[id], upload.record.bucket == address.bucket, upload.record.key == address.key else {
      throw .noSuchUpload
    }
    return upload
  }

  func putPart(_ staged: StagedFile, as part: PartRecord, of id: String, _ address: ObjectAddress) async throws {
    do {
      try await turns.take(id) {
        let old = try upload(id, of: address).parts[part.number]
        try await loop.offload { [folder] in
          try folder.commit(staged, as: part, of: id, replacing: old?.content.version)
        }
        uploads[id]?.parts[part.number] = part
      }
    } catch {
      await discard(staged)
      throw error
    }
  }

  /// Joins the parts and puts them as the object. The upload stays when this fails.
  func completeUpload(
    _ id: String, of address: ObjectAddress, named: [NamedPart], onlyIfAbsent: Bool
  ) async throws -> ObjectRecord {
    try await turns.take(id) {
      let upload = try upload(id, of: address)
      let parts = try Self.choose(named, from: upload)
      let (staged, whole) = try await join(parts, of: upload.record)
      let record = ObjectRecord(
        bucket: address.bucket, key: address.key, content: Self.content(of: parts, upload.record, whole: whole),
        fields: upload.record.fields)
      try await put(staged, as: record, onlyIfAbsent: onlyIfAbsent)
      try await remove(id)
      return record
    }
  }

  func abortUpload(_ id: String, of address: ObjectAddress) async throws {
    try await turns.take(id) {
      _ = try upload(id, of: address)
      try await remove(id)
    }
  }

  /// Removes the uploads that were begun longer ago than `age` and never finished.
  func sweepUploads(olderThan age: Duration) async {
    let oldest = WallClock.milliseconds - age.components.seconds * 1_000
    for (id, upload) in uploads where upload.record.initiatedMs < oldest {
      // What cannot be removed now is tried again at the next sweep.
      try? await turns.take(id) { if uploads[id] != nil { try await remove(id) } }
    }
  }

  private func remove(_ id: String) async throws {
    try await loop.offload { [folder] in try folder.removeUpload(id) }
    uploads[id] = nil
  }

  private static func choose(_ named: [NamedPart], from upload: Upload) throws(S3Error) -> [PartRecord] {
    guard !named.isEmpty else { throw .malformedXML }
    var parts: [PartRecord] = []
    for name in named {
      guard (parts.last?.number ?? 0) < name.number else { throw .invalidPartOrder }
      guard let part = upload.parts[name.number], part.content.etag == name.etag,
        name.checksums.allSatisfy({ $0 == part.content.checksum })
      else { throw .invalidPart }
      parts.append(part)
    }
    guard parts.dropLast().allSatisfy({ $0.content.size >= smallestPart }) else { throw .entityTooSmall }
    return parts
  }

  private func join(_ parts: [PartRecord], of upload: UploadRecord) async throws -> (StagedFile, RunningChecksum?) {
    let staged = try await loop.offload { [folder] in try folder.stage() }
    var whole = upload.checksumsWhole ? upload.checksum.map { RunningChecksum($0) } : nil
    do {
      for part in parts {
        whole = try await loop.offload { [folder, whole] in
          try folder.append(part, of: upload.id, to: staged, whole)
        }
      }
    } catch {
      await discard(staged)
      throw error
    }
    return (staged, whole)
  }

  private static func content(
    of parts: [PartRecord], _ upload: UploadRecord, whole: RunningChecksum?
  ) -> StoredContent {
    var hash = MD5()
    for part in parts {
      let digest = Hex.decode(part.content.etag) ?? []
      hash.update(digest.span)
    }
    var checksum = upload.checksum.flatMap { StoredChecksum(compositeOf: parts, algorithm: $0) }
    if let algorithm = upload.checksum, let whole {
      checksum = StoredChecksum(algorithm: algorithm, text: whole.base64)
    }
    return StoredContent(
      version: StoreFolder.newVersion(), size: parts.reduce(0) { $0 + $1.content.size },
      etag: "\(hash.finish().hex)-\(parts.count)", modifiedMs: WallClock.milliseconds, checksum: checksum)
  }
}

extension StoreFolder {
  /// Returns the checksum taken on over the part's bytes.
  fileprivate func append(
    _ part: PartRecord, of upload: String, to staged: StagedFile, _ checksum: RunningChecksum?
  ) throws(FileError) -> RunningChecksum? {
    let file = try openPart(part, of: upload)
    var checksum = checksum
    var offset: Int64 = 0
    while offset < part.content.size {
      let piece = try file.read(1 << 20, at: offset)
      guard !piece.isEmpty else { throw FileError.endedEarly }
      checksum?.update(piece)
      try staged.file.append(piece)
      offset += Int64(piece.count)
    }
    return checksum
  }
}
