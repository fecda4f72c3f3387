/// A request method. Source: RFC 9110 §9.
package enum Method: String, Hashable, Sendable, CaseIterable {
  case get = "GET"
  case head = "HEAD"
  case post = "POST"
  case put = "PUT"
  case patch = "PATCH"
  case delete = "DELETE"
  case options = "OPTIONS"
  case trace = "TRACE"
  case connect = "CONNECT"
  /// A well-formed method that no route of ours can name.
  case other = ""

  package init(_ token: Span<UInt8>) {
    self =
      switch token.count {
      case 3 where token.equals("GET"): .get
      case 3 where token.equals("PUT"): .put
      case 4 where token.equals("POST"): .post
      case 4 where token.equals("HEAD"): .head
      case 5 where token.equals("PATCH"): .patch
      case 5 where token.equals("TRACE"): .trace
      case 6 where token.equals("DELETE"): .delete
      case 7 where token.equals("OPTIONS"): .options
      case 7 where token.equals("CONNECT"): .connect
      default: .other
      }
  }

  /// Changes nothing on the server. Source: RFC 9110 §9.2.1.
  package var isSafe: Bool { self == .get || self == .head || self == .options || self == .trace }
  /// Doing it twice is the same as once. Source: RFC 9110 §9.2.2.
  package var isIdempotent: Bool { isSafe || self == .put || self == .delete }
}
