internal import FoundationEssentials
internal import Glibc
internal import Invocation
internal import Settings
internal import Signing

/// Where `moviesnow dev` keeps its data: a folder that only its owner may enter.
struct StateFolder {
  /// Absolute.
  let path: String

  init(_ name: String) throws {
    let made = unsafe mkdir(name, 0o700)
    guard made == 0 || errno == EEXIST, let absolute = unsafe realpath(name, nil) else {
      throw CommandFailure("--state \(name): \(reason()). Choose a folder that you may write to.")
    }
    path = unsafe String(cString: absolute)
    unsafe free(absolute)
    guard unsafe chmod(path, 0o700) == 0 else { throw CommandFailure("--state \(path): \(reason()). It is not yours.") }
  }

  /// A random secret under that name: made once, kept. It starts so that no service outside `dev` accepts it.
  func secret(_ name: String) throws -> String {
    if let bytes = FileManager.default.contents(atPath: "\(path)/\(name)") {
      guard bytes.count >= Secret.minimumSize else { throw damaged(name) }
      return String(decoding: bytes, as: UTF8.self)
    }
    let secret = Secret.developmentPrefix + RandomBytes.token()
    try write(secret, to: name)
    return secret
  }

  /// A value under that name, as JSON: made once, kept.
  func value<Value: Codable>(_ name: String, make: () -> Value) throws -> Value {
    if let bytes = FileManager.default.contents(atPath: "\(path)/\(name)") {
      do { return try JSONDecoder().decode(Value.self, from: bytes) } catch { throw damaged(name) }
    }
    let value = make()
    try write(String(decoding: try JSONEncoder().encode(value), as: UTF8.self), to: name)
    return value
  }

  private func damaged(_ name: String) -> CommandFailure {
    CommandFailure("\(path)/\(name): it is damaged. Remove it, and the next start makes another one.")
  }

  /// The file's bytes, and the file is gone.
  func take(_ name: String) throws -> [UInt8] {
    guard let bytes = FileManager.default.contents(atPath: "\(path)/\(name)") else {
      throw CommandFailure("\(path)/\(name): it cannot be read.")
    }
    unsafe unlink("\(path)/\(name)")
    return [UInt8](bytes)
  }

  /// A file, open for lines that are appended to it. Readable by its owner only.
  func appending(to name: String) throws -> Int32 {
    let file = unsafe open("\(path)/\(name)", O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o600)
    guard file >= 0 else { throw CommandFailure("\(path)/\(name): \(reason())") }
    return file
  }

  /// Readable by its owner only, and whole or not there at all.
  func write(_ text: String, to name: String) throws {
    let target = "\(path)/\(name)"
    let file = unsafe open("\(target).new", O_WRONLY | O_CREAT | O_TRUNC, 0o600)
    guard file >= 0 else { throw CommandFailure("\(target): \(reason())") }
    let bytes = Array(text.utf8)
    let count = unsafe bytes.withUnsafeBytes { unsafe Glibc.write(file, $0.baseAddress, $0.count) }
    guard close(file) == 0, count == bytes.count, unsafe rename("\(target).new", target) == 0 else {
      throw CommandFailure("\(target): \(reason())")
    }
  }
}

private func reason() -> String { unsafe String(cString: strerror(errno)) }
