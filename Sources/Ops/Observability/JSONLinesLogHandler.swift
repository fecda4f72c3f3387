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
      line.field("time", Self.now)
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

  /// In UTC, to the millisecond: `2026-03-01T09:05:00.007Z`.
  private static var now: String {
    var clock = timespec()
    var civil = unsafe tm()
    unsafe clock_gettime(CLOCK_REALTIME, &clock)
    unsafe gmtime_r(&clock.tv_sec, &civil)
    let date = unsafe [civil.tm_year + 1900, civil.tm_mon + 1, civil.tm_mday].map { digits(Int($0), 2) }
    let time = unsafe [civil.tm_hour, civil.tm_min, civil.tm_sec].map { digits(Int($0), 2) }
    let milliseconds = digits(clock.tv_nsec / 1_000_000, 3)
    return date.joined(separator: "-") + "T" + time.joined(separator: ":") + "." + milliseconds + "Z"
  }

  private static func digits(_ number: Int, _ count: Int) -> String {
    let text = String(number)
    return String(repeating: "0", count: max(0, count - text.utf8.count)) + text
  }
}
