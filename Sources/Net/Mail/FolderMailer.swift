internal import Glibc
package import Loop

/// Writes each mail to a folder as an .eml file that any mail program opens.
package struct FolderMailer: Mailer {
  private let loop: EventLoop
  private let folder: String
  private let written: (String) -> Void

  /// - Parameter written: is told each file's path.
  package init(on loop: EventLoop, folder: String, written: @escaping (String) -> Void = { _ in }) {
    self.loop = loop
    self.folder = folder
    self.written = written
  }

  package func send(_ message: Message) async throws(MailError) {
    let id = UInt64.random(in: 0...UInt64.max)
    let now = MailDate.now
    let path = "\(folder)/\(now)-\(String(id, radix: 36)).eml"
    let bytes = Array(message.encoded(at: now, id: id).utf8)
    do { try await loop.offload { [folder] in try Self.write(bytes, to: path, in: folder) } } catch {
      throw .deferred(reason: "\(path) cannot be written")
    }
    written(path)
  }

  private struct NotWritten: Error {}

  /// Whole or not at all: written beside, then renamed. Only for our own eyes: it may hold a token.
  private static func write(_ bytes: [UInt8], to path: String, in folder: String) throws {
    unsafe mkdir(folder, 0o700)
    let file = unsafe open("\(path).part", O_WRONLY | O_CREAT | O_EXCL, 0o600)
    guard file >= 0 else { throw NotWritten() }
    defer { close(file) }
    guard unsafe Glibc.write(file, bytes, bytes.count) == bytes.count, unsafe rename("\(path).part", path) == 0 else {
      unsafe unlink("\(path).part")
      throw NotWritten()
    }
  }
}
