/// The files of multipart uploads.
extension StoreFolder {
  func createUpload(_ upload: UploadRecord) throws(FileError) {
    try Folder.make("\(uploads)/\(upload.id)")
    try write(upload.encoded, to: "\(uploads)/\(upload.id)/upload.record")
    try Folder.synchronise("\(uploads)/\(upload.id)")
    try Folder.synchronise(uploads)
  }

  func commit(_ staged: StagedFile, as part: PartRecord, of upload: String, replacing old: String?) throws(FileError) {
    let folder = "\(uploads)/\(upload)"
    try staged.file.synchronise()
    try Folder.move(staged.path, to: "\(folder)/\(part.number).\(part.content.version)")
    try write(part.encoded, to: "\(folder)/\(part.number).record")
    try Folder.synchronise(folder)
    if let old { try Folder.removeFile("\(folder)/\(part.number).\(old)") }
  }

  func openPart(_ part: PartRecord, of upload: String) throws(FileError) -> OpenFile {
    try OpenFile(reading: "\(uploads)/\(upload)/\(part.number).\(part.content.version)")
  }

  /// Completed, aborted or abandoned.
  func removeUpload(_ id: String) throws(FileError) {
    // Without its record an upload does not exist, should the rest be interrupted.
    try Folder.removeFile("\(uploads)/\(id)/upload.record")
    try Folder.removeTree("\(uploads)/\(id)")
    try Folder.synchronise(uploads)
  }

  /// Every upload under way with its parts. A folder without a readable record is removed.
  func scanUploads() throws -> [(upload: UploadRecord, parts: [Int: PartRecord])] {
    var found: [(upload: UploadRecord, parts: [Int: PartRecord])] = []
    for id in Folder.names(in: uploads) {
      let folder = "\(uploads)/\(id)"
      guard let text = try? Folder.read("\(folder)/upload.record"), let upload = try? UploadRecord(text) else {
        try removeUpload(id)
        continue
      }
      var parts: [Int: PartRecord] = [:]
      for name in Folder.names(in: folder) where name.hasSuffix(".record") && name != "upload.record" {
        let part = try Self.read("\(folder)/\(name)", PartRecord.init)
        parts[part.number] = part
      }
      found.append((upload, parts))
    }
    return found
  }
}
