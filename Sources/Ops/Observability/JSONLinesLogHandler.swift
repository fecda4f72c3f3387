internal import CivilCalendar
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
    var line = JSONWriter(capacity: 512)
    line.object { line in
      line.field("time", Self.now)
      line.field("level", event.level.rawValue)
      line.field("logger", label)
      line.field("message", event.message.description)
      var all = event.metadata ?? [:]
      if !metadata.isEmpty { all.merge(metadata) { own, _ in own } }
      for (name, value) in all.sorted(by: { $0.key < $1.key }) {
        line.field(name, value.description)
      }
    }
    write(line.bytes + [UInt8(ascii: "\n")])
  }

  /// In UTC, to the millisecond: `2026-03-01T09:05:00.007Z`.
  private static var now: String {
    var clock = timespec()
    unsafe clock_gettime(CLOCK_REALTIME, &clock)
    return rfc3339(Int64(clock.tv_sec * 1_000 + clock.tv_nsec / 1_000_000), fractionDigits: 3)
  }
}
