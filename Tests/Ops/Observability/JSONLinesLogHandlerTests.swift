import Logging
import Observability
import Synchronization
import Testing

@Suite struct `JSON log lines` {
  @Test func `an event is one line, its metadata after the message`() {
    let lines = Lines()
    var logger = Logger(label: "edge") { label in JSONLinesLogHandler(label: label, level: .info) { lines.append($0) } }
    logger[metadataKey: "node"] = "a"
    logger.info("he said \"hi\"\n", metadata: ["request_id": "7"])
    logger.debug("not shown")
    let line = lines.text
    #expect(line.prefixMatch(of: /{"time":"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z",/) != nil)
    #expect(
      line.hasSuffix(
        #""level":"info","logger":"edge","message":"he said \"hi\"\n","node":"a","request_id":"7"}"# + "\n"))
  }
}

private final class Lines: Sendable {
  private let bytes = Mutex<[UInt8]>([])

  func append(_ line: [UInt8]) { bytes.withLock { $0 += line } }
  var text: String { bytes.withLock { String(decoding: $0, as: UTF8.self) } }
}
