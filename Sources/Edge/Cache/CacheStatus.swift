internal import HTTP

/// How an answer came about, for the field Cache-Status: of one that went forward. Hits are the server's to write.
/// Source: RFC 9211.
struct CacheStatus {
  enum Reason: String {
    /// The cache is not for such requests.
    case bypass
    case method
    case uriMiss = "uri-miss"
    case varyMiss = "vary-miss"
    case stale
    /// What is kept would do, but not for this client.
    case request
    /// Only another part of it is kept.
    case partial
  }

  var reason: Reason
  /// Of the origin's answer, where the client gets another.
  var originStatus: Status?
  var isStored = false
  /// It waited for another request's answer.
  var isCollapsed = false
  /// The origin could not be asked, or failed.
  var originFailed = false

  init(_ reason: Reason) { self.reason = reason }

  func append(to value: inout [UInt8]) {
    value.append(literal: "moviesnow-edge; fwd=")
    value.append(reason.rawValue)
    if let originStatus {
      value.append(literal: "; fwd-status=")
      value.append(decimal: Int(originStatus.code))
    }
    if isStored { value.append(literal: "; stored") }
    if isCollapsed { value.append(literal: "; collapsed") }
    if originFailed { value.append(literal: "; detail=origin-failed") }
  }
}

extension Response {
  func noting(_ status: CacheStatus) -> Response {
    var response = self
    response.fields.append(.cacheStatus) { status.append(to: &$0) }
    return response
  }

  /// For who would rather have nothing than wait for the origin. Source: RFC 9111 §5.2.1.7.
  static func notCached(_ request: Request) -> Response {
    Problem(.gatewayTimeout, "Not kept here").response(instance: request.id)
      .with(.cacheStatus, "moviesnow-edge; detail=only-if-cached")
  }
}
