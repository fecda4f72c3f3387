internal import Glibc

/// A library that only root or this service's user could have written, copied to where nobody else can.
///
/// `dlopen` of a path that is open already answers the old code, even after the file was replaced: so what has changed
/// is opened from a copy of its own.
enum TrustedLibrary {
  /// Copies `source` to `target`. What is checked is what is copied: both go through one descriptor.
  static func copy(_ source: PolicySource, to target: String) throws(PolicyError) -> FileStamp {
    let descriptor = unsafe open(source.path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else {
      throw PolicyError(source.name, errno == ENOENT ? .missing : .notCopied(lastError()))
    }
    defer { close(descriptor) }
    var file = stat()
    guard unsafe fstat(descriptor, &file) == 0 else { throw PolicyError(source.name, .notCopied(lastError())) }
    guard file.st_mode & S_IFMT == S_IFREG else {
      throw PolicyError(source.name, .untrusted(what: source.path, why: "it is no regular file"))
    }
    try refuse(file, source.path, of: source)

    var folder = stat()
    let folderPath = try realFolder(of: source)
    guard unsafe stat(folderPath, &folder) == 0 else { throw PolicyError(source.name, .notCopied(lastError())) }
    try refuse(folder, folderPath, of: source)
    if let why = write(descriptor, count: Int(file.st_size), to: target) {
      throw PolicyError(source.name, .notCopied(why))
    }
    return FileStamp(file)
  }

  private static func refuse(_ status: stat, _ path: String, of source: PolicySource) throws(PolicyError) {
    // A group of one's own, as Debian gives each user, is not "others".
    let groupIsOthers = status.st_gid != 0 && status.st_gid != getegid()
    let writable = status.st_mode & S_IWOTH != 0 || (status.st_mode & S_IWGRP != 0 && groupIsOthers)
    if writable { throw PolicyError(source.name, .untrusted(what: path, why: "others may write it")) }
    guard status.st_uid == 0 || status.st_uid == geteuid() else {
      throw PolicyError(source.name, .untrusted(what: path, why: "it belongs to user \(status.st_uid)"))
    }
  }

  /// Whoever made the folder first, under a name that can be guessed, could exchange what is put into it.
  static func requirePrivate(_ folder: String) throws(PolicyError) {
    var status = stat()
    guard unsafe lstat(folder, &status) == 0 else { throw PolicyError("*", .notCopied("\(folder): \(lastError())")) }
    let isOurs = status.st_mode & S_IFMT == S_IFDIR && status.st_uid == geteuid() && status.st_mode & 0o077 == 0
    guard isOurs else {
      throw PolicyError("*", .untrusted(what: folder, why: "it must be a folder of this user's, with mode 0700"))
    }
  }

  /// The folder that holds the file, links followed.
  private static func realFolder(of source: PolicySource) throws(PolicyError) -> String {
    guard let resolved = unsafe realpath(source.path, nil) else { throw PolicyError(source.name, .missing) }
    defer { unsafe free(resolved) }
    let path = unsafe String(cString: resolved)
    return path.lastIndex(of: "/").map { $0 == path.startIndex ? "/" : String(path[..<$0]) } ?? "/"
  }

  /// Nil: written.
  private static func write(_ source: Int32, count: Int, to path: String) -> String? {
    let target = unsafe open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o500)
    guard target >= 0 else { return lastError() }
    defer { close(target) }
    var left = count
    while left > 0 {
      let sent = sendfile(target, source, nil, left)
      guard sent > 0 else { return sent == 0 ? "it shrank while it was read" : lastError() }
      left -= sent
    }
    return nil
  }

  static func lastError() -> String { unsafe String(cString: strerror(errno)) }
}
