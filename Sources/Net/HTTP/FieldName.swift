/// A field's name, in lower case. Compared without regard to case. Source: RFC 9110 §5.1.
package struct FieldName: Hashable, Sendable, ExpressibleByStringLiteral, CustomStringConvertible {
  /// As it goes on the wire.
  let bytes: [UInt8]
  /// One bit, by length and first letter: what `Fields` asks first.
  let mark: UInt64

  /// Of a name written in the source, in lower case.
  package init(stringLiteral name: String) { self.init(checked: name) }

  /// Of a name from outside; nil when it is not a token.
  package init?(token name: some StringProtocol) {
    let name = String(name)
    let bytes = name.utf8Span.span
    var isLowered = true
    for index in bytes.indices {
      guard bytes[index].isTokenCharacter else { return nil }
      if bytes[index].loweredASCII != bytes[index] { isLowered = false }
    }
    guard bytes.count > 0 else { return nil }
    self.init(checked: isLowered ? name : name.lowercased())
  }

  private init(checked name: String) {
    let bytes = Array(name.utf8)
    self.bytes = bytes
    mark = Self.mark(of: bytes.span)
  }

  package var description: String { bytes.text }

  static func mark(of name: Span<UInt8>) -> UInt64 {
    1 << UInt64((name.count &* 11 &+ Int(name[0] | 0x20)) & 63)
  }
}

extension FieldName {
  package static let accept: FieldName = "accept"
  package static let acceptEncoding: FieldName = "accept-encoding"
  package static let acceptLanguage: FieldName = "accept-language"
  package static let acceptRanges: FieldName = "accept-ranges"
  package static let age: FieldName = "age"
  package static let allow: FieldName = "allow"
  package static let authorization: FieldName = "authorization"
  package static let cacheControl: FieldName = "cache-control"
  package static let cacheStatus: FieldName = "cache-status"
  package static let cacheTag: FieldName = "cache-tag"
  package static let cdnCacheControl: FieldName = "cdn-cache-control"
  package static let connection: FieldName = "connection"
  package static let contentDisposition: FieldName = "content-disposition"
  package static let contentEncoding: FieldName = "content-encoding"
  package static let contentLength: FieldName = "content-length"
  package static let contentLocation: FieldName = "content-location"
  package static let contentRange: FieldName = "content-range"
  package static let contentSecurityPolicy: FieldName = "content-security-policy"
  package static let contentType: FieldName = "content-type"
  package static let cookie: FieldName = "cookie"
  package static let crossOriginResourcePolicy: FieldName = "cross-origin-resource-policy"
  package static let date: FieldName = "date"
  package static let earlyData: FieldName = "early-data"
  package static let edgeClient: FieldName = "edge-client"
  package static let edgeReuse: FieldName = "edge-reuse"
  package static let etag: FieldName = "etag"
  package static let expect: FieldName = "expect"
  package static let expires: FieldName = "expires"
  package static let forwarded: FieldName = "forwarded"
  package static let host: FieldName = "host"
  package static let idempotencyKey: FieldName = "idempotency-key"
  package static let ifMatch: FieldName = "if-match"
  package static let ifModifiedSince: FieldName = "if-modified-since"
  package static let ifNoneMatch: FieldName = "if-none-match"
  package static let ifRange: FieldName = "if-range"
  package static let ifUnmodifiedSince: FieldName = "if-unmodified-since"
  package static let keepAlive: FieldName = "keep-alive"
  package static let lastModified: FieldName = "last-modified"
  package static let link: FieldName = "link"
  package static let location: FieldName = "location"
  package static let maxForwards: FieldName = "max-forwards"
  package static let origin: FieldName = "origin"
  /// A targeted field of this product alone: RFC 9213 §2.
  package static let ownCacheControl: FieldName = "moviesnow-cdn-cache-control"
  package static let pragma: FieldName = "pragma"
  package static let range: FieldName = "range"
  package static let rateLimit: FieldName = "ratelimit"
  package static let rateLimitPolicy: FieldName = "ratelimit-policy"
  package static let retryAfter: FieldName = "retry-after"
  package static let server: FieldName = "server"
  package static let setCookie: FieldName = "set-cookie"
  package static let strictTransportSecurity: FieldName = "strict-transport-security"
  package static let te: FieldName = "te"
  package static let traceparent: FieldName = "traceparent"
  package static let tracestate: FieldName = "tracestate"
  package static let trailer: FieldName = "trailer"
  package static let transferEncoding: FieldName = "transfer-encoding"
  package static let upgrade: FieldName = "upgrade"
  package static let userAgent: FieldName = "user-agent"
  package static let vary: FieldName = "vary"
  package static let via: FieldName = "via"
  package static let wwwAuthenticate: FieldName = "www-authenticate"
  package static let xAPIKey: FieldName = "x-api-key"
  package static let xCorrelationID: FieldName = "x-correlation-id"
  package static let xForwardedFor: FieldName = "x-forwarded-for"
  package static let xForwardedProto: FieldName = "x-forwarded-proto"
  package static let xReauth: FieldName = "x-reauth"
  package static let xRequestID: FieldName = "x-request-id"
  package static let xTotalCount: FieldName = "x-total-count"
}
