internal import Glibc

/// The kernel refused a file operation.
struct FileError: Error, CustomStringConvertible {
  let operation: StaticString
  /// An `errno`.
  let code: Int32

  /// A file is shorter than its record says.
  static let endedEarly = FileError(operation: "read", code: EIO)

  var isDiskFull: Bool { code == ENOSPC || code == EDQUOT }

  var description: String { "\(operation): \(unsafe String(cString: strerror(code)))" }

  /// Turns the -1 of a system call into an error. Interrupted calls are tried again.
  @discardableResult
  static func check<Result: SignedInteger>(
    _ operation: StaticString, _ call: () -> Result
  ) throws(FileError) -> Result {
    while true {
      let result = call()
      if result != -1 { return result }
      if errno != EINTR { throw FileError(operation: operation, code: errno) }
    }
  }
}
