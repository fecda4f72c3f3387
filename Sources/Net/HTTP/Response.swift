/// An answer. The server adds X-Request-ID, the security fields, and the framing (Content-Length or chunked): none of
/// these belong in `fields`. It adds Date too, unless there is one of when the answer was made elsewhere.
package struct Response {
  package var status: Status
  package var fields: Fields
  package var body: Body
  /// Seconds, sent as Age. Apart from `fields` so that a cache can share those, rendered once, between its hits.
  package var age: Int?
  /// Of a cache's hit: the seconds that it stays fresh, less than none once it is stale. Sent as Cache-Status.
  package var hitTTL: Int?

  package init(_ status: Status, fields: Fields = Fields(), body: Body = .none) {
    self.status = status
    self.fields = fields
    self.body = body
  }

  package init(_ status: Status, contentType: String, _ bytes: [UInt8]) {
    self.init(status, body: .bytes(bytes))
    fields.append(.contentType, contentType)
  }

  package static func json(_ status: Status, _ bytes: [UInt8]) -> Response {
    Response(status, contentType: "application/json", bytes)
  }

  package static func text(_ status: Status, _ text: String) -> Response {
    Response(status, contentType: "text/plain; charset=utf-8", Array(text.utf8))
  }

  /// The same with one more field.
  package func with(_ name: FieldName, _ value: String) -> Response {
    var response = self
    response.fields.set(name, value)
    return response
  }
}

package enum Body {
  case none
  /// Shared, not copied, until it is written.
  case bytes([UInt8])
  /// Without a length it is sent chunked.
  case stream(any BodySource, length: Int?)
  /// An answer to HEAD for content that was not made: only its length is sent.
  case omitted(length: Int)

  /// In bytes; nil when only the end will tell.
  package var length: Int? {
    switch self {
    case .none: 0
    case .bytes(let bytes): bytes.count
    case .stream(_, let length): length
    case .omitted(let length): length
    }
  }
}
