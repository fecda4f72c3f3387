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
/// without copying what it is made of; and into room that is made for it once, not line by line.
final class HeadWriter {
  /// For the status, the date, the request's id and trace, and the lines with a number, in bytes.
  private static let ownLines = 512

  private let security: SecurityFields
  private let crossOrigin: CrossOrigin
  /// What a head takes at most besides the answer's fields, in bytes.
  private let room: Int
  private var dateLine: [UInt8] = []
  /// By their code, from 100 on; empty until one is needed.
  private var statusLines = [[UInt8]](repeating: [], count: 900)

  init(security: SecurityFields, crossOrigin: CrossOrigin, date: HTTPDate) {
    self.security = security
    self.crossOrigin = crossOrigin
    room = Self.ownLines + security.size + crossOrigin.size
    setDate(date)
  }

  func setDate(_ date: HTTPDate) {
    dateLine = Array("date: \(date)\r\n".utf8)
  }

  func append(_ response: Response, _ framing: AnswerFraming, to request: Request, into output: inout [UInt8]) {
    output.append(addingCapacity: room + response.fields.bytes.count) { head in
      appendStatusLine(response.status, to: &head)
      appendFields(response, framing, to: request, into: &head)
      if framing.content == .chunked { head.append("transfer-encoding: chunked\r\n") }
      if framing.closes {
        head.append("connection: close\r\n")
      } else if request.version == .http10 {
        head.append("connection: keep-alive\r\n")
      }
      head.append("\r\n")
    }
  }

  /// The same for HTTP/2, as lines of text: the status is a field there, and the framing is not its business.
  func appendSection(_ response: Response, _ framing: AnswerFraming, to request: Request, into output: inout [UInt8]) {
    output.append(addingCapacity: room + response.fields.bytes.count) { section in
      appendNumber(":status: ", Int(response.status.code), to: &section)
      appendFields(response, framing, to: request, into: &section)
    }
  }

  private func appendFields(
    _ response: Response, _ framing: AnswerFraming, to request: Request, into head: inout OutputSpan<UInt8>
  ) {
    // Of an answer that was made elsewhere, when that was. RFC 9110 §6.6.1.
    if !response.fields.contains(.date) { head.append(dateLine) }
    head.append("x-request-id: ")
    request.id.append(to: &head)
    head.append("\r\ntraceparent: ")
    request.trace.append(to: &head)
    security.append(to: &head, isSecure: request.isSecure, besides: response.fields)
    crossOrigin.append(to: &head, for: request)
    head.append(response.fields.bytes)
    if let age = response.age { appendNumber("age: ", age, to: &head) }
    if let seconds = response.hitTTL { appendNumber("cache-status: moviesnow-edge; hit; ttl=", seconds, to: &head) }
    if let length = framing.length { appendNumber("content-length: ", length, to: &head) }
  }

  private func appendNumber(_ label: StaticString, _ number: Int, to head: inout OutputSpan<UInt8>) {
    head.append(label)
    if number < 0 { head.append(UInt8(ascii: "-")) }
    head.appendDecimal(number.magnitude)
    head.append("\r\n")
  }

  private func appendStatusLine(_ status: Status, to head: inout OutputSpan<UInt8>) {
    let place = Int(status.code) - 100
    if statusLines[place].isEmpty { statusLines[place] = Array("HTTP/1.1 \(status.code) \(status.reason)\r\n".utf8) }
    head.append(statusLines[place])
  }
}
