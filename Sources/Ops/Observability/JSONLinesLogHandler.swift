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
    var civil = unsafe tm()
    unsafe clock_gettime(CLOCK_REALTIME, &clock)
    unsafe gmtime_r(&clock.tv_sec, &civil)
    var text = ""
    unsafe append(civil.tm_year + 1900, digits: 4, "-", to: &text)
    unsafe append(civil.tm_mon + 1, digits: 2, "-", to: &text)
    unsafe append(civil.tm_mday, digits: 2, "T", to: &text)
    unsafe append(civil.tm_hour, digits: 2, ":", to: &text)
    unsafe append(civil.tm_min, digits: 2, ":", to: &text)
    unsafe append(civil.tm_sec, digits: 2, ".", to: &text)
    append(Int32(clock.tv_nsec / 1_000_000), digits: 3, "Z", to: &text)
    return text
  }

  private static func append(_ number: Int32, digits: Int, _ end: String, to text: inout String) {
    let number = String(number)
    for _ in number.utf8.count..<max(digits, number.utf8.count) { text += "0" }
    text += number
    text += end
  }
}
