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
  static let status: FieldName = ":status"

  private let security: SecurityFields
  private let crossOrigin: CrossOrigin
  /// What a head takes at most besides the answer's fields, in bytes.
  private let room: Int
  private var date = Fields()
  /// By their code, from 100 on; empty until one is needed.
  private var statusLines = [[UInt8]](repeating: [], count: 900)

  init(security: SecurityFields, crossOrigin: CrossOrigin, date: HTTPDate) {
    self.security = security
    self.crossOrigin = crossOrigin
    room = Self.ownLines + security.size + crossOrigin.size
    setDate(date)
  }

  func setDate(_ date: HTTPDate) { self.date.set(.date, "\(date)") }

  func append(_ response: Response, _ framing: AnswerFraming, to request: Request, into output: inout [UInt8]) {
    output.append(addingCapacity: room + response.fields.bytes.count) { head in
      appendStatusLine(response.status, to: &head)
      // Of an answer that was made elsewhere, when that was. RFC 9110 §6.6.1.
      if !response.fields.contains(.date) { head.append(date.bytes) }
      head.append("x-request-id: ")
      request.id.append(to: &head)
      head.append("\r\ntraceparent: ")
      request.trace.append(to: &head)
      head.append("\r\n")
      head.append(security.fields(isSecure: request.isSecure, besides: response.fields).bytes)
      if let fields = crossOrigin.fields(for: request) { head.append(fields.bytes) }
      head.append(response.fields.bytes)
      if let age = response.age { appendNumber("age: ", age, to: &head) }
      if let seconds = response.hitTTL { appendNumber("cache-status: moviesnow-edge; hit; ttl=", seconds, to: &head) }
      if let length = framing.length { appendNumber("content-length: ", length, to: &head) }
      if framing.content == .chunked { head.append("transfer-encoding: chunked\r\n") }
      if framing.closes {
        head.append("connection: close\r\n")
      } else if request.version == .http10 {
        head.append("connection: keep-alive\r\n")
      }
      head.append("\r\n")
    }
  }

  /// The same for HTTP/2: the status is a field there, and the framing is not its business.
  func fill(_ section: inout Fields, with response: Response, _ framing: AnswerFraming, to request: Request) {
    section.removeAll(keepingCapacity: true)
    section.append(Self.status, Int(response.status.code))
    if !response.fields.contains(.date) { section.append(date) }
    section.append(.xRequestID, size: UUIDv4.size) { request.id.append(to: &$0) }
    section.append(.traceparent, size: TraceContext.size) { request.trace.append(to: &$0) }
    section.append(security.fields(isSecure: request.isSecure, besides: response.fields))
    if let fields = crossOrigin.fields(for: request) { section.append(fields) }
    section.append(response.fields)
    if let age = response.age { section.append(.age, size: 20) { $0.append(decimal: age) } }
    if let seconds = response.hitTTL {
      section.append(.cacheStatus, size: 64) {
        $0.append("moviesnow-edge; hit; ttl=")
        $0.append(decimal: seconds)
      }
    }
    if let length = framing.length { section.append(.contentLength, length) }
  }

  private func appendNumber(_ label: StaticString, _ number: Int, to head: inout OutputSpan<UInt8>) {
    head.append(label)
    head.append(decimal: number)
    head.append("\r\n")
  }

  private func appendStatusLine(_ status: Status, to head: inout OutputSpan<UInt8>) {
    let place = Int(status.code) - 100
    if statusLines[place].isEmpty { statusLines[place] = Array("HTTP/1.1 \(status.code) \(status.reason)\r\n".utf8) }
    head.append(statusLines[place])
  }
}
