internal import FoundationEssentials
internal import Glibc
internal import JSON
package import Logging

/// One JSON object a line, on standard error or into a file: time, level, logger, message, then the metadata.
package struct JSONLinesLogHandler: LogHandler {
  package var logLevel: Logger.Level
  package var metadata: Logger.Metadata = [:]
  private let label: String
  private let write: @Sendable ([UInt8]) -> Void

  package init(
    label: String, level: Logger.Level, write: @escaping @Sendable ([UInt8]) -> Void
  ) {
    self.label = label
    logLevel = level
    self.write = write
  }

  /// Every logger that is made from now on writes so, to an open file. Once a process.
  package static func install(level: Logger.Level, to file: Int32 = STDERR_FILENO) {
    LoggingSystem.bootstrap { label in
      // One call a line, so that the lines of several threads do not mix.
      JSONLinesLogHandler(label: label, level: level) { line in
        _ = unsafe line.withUnsafeBytes { unsafe Glibc.write(file, $0.baseAddress, $0.count) }
      }
    }
  }

  package subscript(metadataKey key: String) -> Logger.Metadata.Value? {
    get { metadata[key] }
    set { metadata[key] = newValue }
  }

  package func log(event: LogEvent) {
    var line = JSONWriter()
    line.object { line in
      line.field("time", Date.now.ISO8601Format(.init(includingFractionalSeconds: true)))
      line.field("level", event.level.rawValue)
      line.field("logger", label)
      line.field("message", event.message.description)
      let all = metadata.merging(event.metadata ?? [:]) { _, own in own }
      for (name, value) in all.sorted(by: { $0.key < $1.key }) {
        line.field(name, value.description)
      }
    }
    write(line.bytes + [UInt8(ascii: "\n")])
  }
}
