internal import HTTP

/// How an answer's content goes on the wire, and with it what the head must say. Source: RFC 9112 §6.
struct AnswerFraming: Equatable {
  enum Content: Equatable { case none, counted, chunked, untilClose }

  let content: Content
  /// Sent as Content-Length.
  let length: Int?
  /// The connection ends with the answer.
  let closes: Bool

  init(_ response: Response, to method: Method, _ version: Version, isLast: Bool) {
    if response.status.forbidsBody {
      (content, length, closes) = (.none, nil, isLast)
    } else if let length = response.body.length {
      (content, self.length, closes) = (method == .head ? .none : .counted, length, isLast)
    } else if method == .head {
      (content, length, closes) = (.none, nil, isLast)
    } else if version == .http10 {
      (content, length, closes) = (.untilClose, nil, true)
    } else {
      (content, length, closes) = (.chunked, nil, isLast)
    }
  }
}

/// Writes heads: what every answer carries is rendered once, the date once a second. A class, so that a head is written
/// without copying what it is made of.
final class HeadWriter {
  private let security: SecurityFields
  private let crossOrigin: CrossOrigin
  private var dateLine: [UInt8] = []
  /// By their code, from 100 on; empty until one is needed.
  private var statusLines = [[UInt8]](repeating: [], count: 900)

  init(security: SecurityFields, crossOrigin: CrossOrigin, date: HTTPDate) {
    self.security = security
    self.crossOrigin = crossOrigin
    setDate(date)
  }

  func setDate(_ date: HTTPDate) {
    dateLine = Array("date: \(date)\r\n".utf8)
  }

  func append(_ response: Response, _ framing: AnswerFraming, to request: Request, into output: inout [UInt8]) {
    appendStatusLine(response.status, to: &output)
    appendFields(response, framing, to: request, into: &output)
    if framing.content == .chunked { output.append(literal: "transfer-encoding: chunked\r\n") }
    if framing.closes {
      output.append(literal: "connection: close\r\n")
    } else if request.version == .http10 {
      output.append(literal: "connection: keep-alive\r\n")
    }
    output.append(literal: "\r\n")
  }

  /// The same for HTTP/2, as lines of text: the status is a field there, and the framing is not its business.
  func appendSection(_ response: Response, _ framing: AnswerFraming, to request: Request, into output: inout [UInt8]) {
    appendNumber(":status: ", Int(response.status.code), to: &output)
    appendFields(response, framing, to: request, into: &output)
  }

  private func appendFields(
    _ response: Response, _ framing: AnswerFraming, to request: Request, into output: inout [UInt8]
  ) {
    // Of an answer that was made elsewhere, when that was. RFC 9110 §6.6.1.
    if !response.fields.contains(.date) { output.append(contentsOf: dateLine) }
    output.append(literal: "x-request-id: ")
    request.id.append(to: &output)
    output.append(literal: "\r\ntraceparent: ")
    request.trace.append(to: &output)
    security.append(to: &output, isSecure: request.isSecure, besides: response.fields)
    crossOrigin.append(to: &output, for: request)
    output.append(contentsOf: response.fields.bytes)
    if let age = response.age { appendNumber("age: ", age, to: &output) }
    if let seconds = response.hitTTL { appendNumber("cache-status: moviesnow-edge; hit; ttl=", seconds, to: &output) }
    if let length = framing.length { appendNumber("content-length: ", length, to: &output) }
  }

  private func appendNumber(_ label: StaticString, _ number: Int, to output: inout [UInt8]) {
    output.append(literal: label)
    if number < 0 { output.append(UInt8(ascii: "-")) }
    output.appendDecimal(abs(number))
    output.append(literal: "\r\n")
  }

  private func appendStatusLine(_ status: Status, to output: inout [UInt8]) {
    let place = Int(status.code) - 100
    if statusLines[place].isEmpty { statusLines[place] = Array("HTTP/1.1 \(status.code) \(status.reason)\r\n".utf8) }
    output.append(contentsOf: statusLines[place])
  }
}
