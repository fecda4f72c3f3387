import Glibc
@testable import LocalObjectStore
import Testing

@Suite struct `The store's files` {
  private func withFolder(_ body: (String) throws -> Void) throws {
    var template = Array("/tmp/moviesnow-store-XXXXXX".utf8CString)
    let path = unsafe String(cString: mkdtemp(&template))
    defer { _ = unsafe system("rm -rf \(path)") }
    try body(path)
  }

  private func record(_ key: String, _ version: String) -> ObjectRecord {
    let content = StoredContent(
      version: version, size: 4, etag: "e", modifiedMs: 5, checksum: StoredChecksum(algorithm: .sha1, text: "x-2"))
    return ObjectRecord(
      bucket: "films", key: ObjectKey(key)!, content: content,
      fields: [.init("content-type", "text/plain"), .init("x-amz-meta-name", "a b\né")])
  }

  private func put(_ key: String, _ text: String, in folder: StoreFolder, replacing old: String? = nil) throws
    -> ObjectRecord
  {
    let staged = try folder.stage()
    try staged.file.append(Array(text.utf8))
    let record = record(key, StoreFolder.newVersion())
    try folder.commit(staged, as: record, replacing: old)
    return record
  }

  static let awkwardKeys = [
    "a", "a/b", "..", "../../etc/passwd", "//", ".", "a\u{0}b", "caf\u{E9}", "cafe\u{301}",
    String(repeating: "k", count: 1_024),
  ]

  @Test func `awkward keys are objects of their own and stay inside the folder`() throws {
    try withFolder { path in
      let folder = try StoreFolder(path: path + "/store")
      let records = try Self.awkwardKeys.map { try put($0, $0, in: folder) }
      #expect(Folder.names(in: path) == ["store"])
      #expect(Folder.names(in: folder.objects).count == 2 * records.count)
      let scanned = try StoreFolder(path: path + "/store").scanObjects()
      #expect(Set(scanned.map(\.key)) == Set(records.map(\.key)))
      for record in records {
        let bytes = try folder.open(record).read(2_000, at: 0)
        #expect(bytes == record.key.bytes)
      }
    }
  }

  @Test func `a record is read back as it was written`() throws {
    let record = record("downloads/été.zip", "v1")
    #expect(try ObjectRecord(record.encoded) == record)
  }

  @Test func `a damaged record is noticed`() {
    var text = record("a", "v1").encoded
    text[10] ^= 1
    #expect(throws: RecordText.Damaged.self) { try ObjectRecord(text) }
    #expect(throws: RecordText.Damaged.self) { try ObjectRecord([]) }
  }

  @Test func `a store with a damaged record does not start, and says which one`() throws {
    try withFolder { path in
      let folder = try StoreFolder(path: path)
      let name = "\(folder.objects)/\(try put("a", "1234", in: folder).fileName).record"
      try folder.write(Array("not a record".utf8), to: name)
      let error = #expect(throws: DamagedRecord.self) { try folder.scanObjects() }
      #expect(error?.path == name)
    }
  }

  @Test func `who reads an object that is replaced reads the old bytes to their end`() throws {
    try withFolder { path in
      let folder = try StoreFolder(path: path)
      let old = try put("a", "old", in: folder)
      let reader = try folder.open(old)
      let new = try put("a", "new", in: folder, replacing: old.content.version)
      #expect(try reader.read(10, at: 0) == Array("old".utf8))
      #expect(try folder.open(new).read(10, at: 1) == Array("ew".utf8))
      #expect(throws: FileError.self) { try folder.open(old) }
    }
  }

  @Test func `what a crash left is swept at the next start`() throws {
    try withFolder { path in
      let folder = try StoreFolder(path: path)
      let kept = try put("kept", "1234", in: folder)
      let staged = try folder.stage()
      try staged.file.append([1, 2, 3])
      // The bytes were renamed, their record was not written.
      _ = try OpenFile(creating: "\(folder.objects)/\(kept.fileName).0123")
      #expect(try folder.scanObjects() == [kept])
      #expect(Folder.names(in: folder.objects).count == 2)
      #expect(Folder.names(in: "\(path)/staged").isEmpty)
    }
  }

  @Test func `uploads and their parts survive a restart`() throws {
    try withFolder { path in
      let folder = try StoreFolder(path: path)
      let upload = UploadRecord(
        id: "u1", bucket: "films", key: ObjectKey("a")!, initiatedMs: 7, fields: [.init("content-type", "x/y")],
        checksum: .crc64nvme, checksumsWhole: true)
      try folder.createUpload(upload)
      let staged = try folder.stage()
      try staged.file.append([1])
      let part = PartRecord(number: 3, content: record("a", "v1").content)
      try folder.commit(staged, as: part, of: upload.id, replacing: nil)
      try Folder.make("\(folder.uploads)/half-made")

      let found = try folder.scanUploads()
      #expect(found.map(\.upload) == [upload] && found.first?.parts == [3: part])
      try folder.removeUpload(upload.id)
      #expect(Folder.names(in: folder.uploads).isEmpty)
    }
  }

  @Test func `keys and bucket names have limits`() {
    #expect(ObjectKey(String(repeating: "k", count: 1_025)) == nil && ObjectKey("") == nil)
    #expect(ObjectKey([0xFF]) == nil)
    #expect(ObjectKey("bc")!.fileName(in: "a") != ObjectKey("c")!.fileName(in: "ab"))
    for name in ["ab", "-ab", "ab.", "Films", "a..b", "../x", String(repeating: "a", count: 64)] {
      #expect(!BucketName.isValid(name))
    }
    #expect(BucketName.isValid("films-2.de"))
  }
}
