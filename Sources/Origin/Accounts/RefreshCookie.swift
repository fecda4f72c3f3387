internal import HTTP
internal import Postgres
internal import Routing

/// The refresh token in a browser: no script can read it, and other sites' requests do not carry it.
enum RefreshCookie {
  private static let name = "refresh_token"
  private static let attributes = "Path=/api/v1/auth; HttpOnly; Secure; SameSite=Lax"

  static func set(_ pair: TokenPair, on call: Call) {
    let seconds = max(0, pair.refreshExpires.epochSeconds - Timestamp.now.epochSeconds)
    call.reply.fields.append(.setCookie, "\(name)=\(pair.refresh); Max-Age=\(seconds); \(attributes)")
  }

  static func clear(on call: Call) {
    call.reply.fields.append(.setCookie, "\(name)=; Max-Age=0; \(attributes)")
  }

  /// The token of a request without a body.
  /// - Throws: 403 for a page of another origin; 401 without a cookie.
  static func read(_ request: Request, trusting origins: [String]) throws(Problem) -> String {
    let pairs = request.fields.all(.cookie).joined(separator: ";").split(separator: ";").map { $0.drop { $0 == " " } }
    guard let pair = pairs.first(where: { $0.hasPrefix("\(name)=") }) else {
      throw Problem(.unauthorized, "Invalid refresh token")
    }
    guard let origin = request.fields.first(.origin), origins.contains(origin) else {
      throw Problem(.forbidden, "This page may not use the session's cookie")
    }
    return String(pair.dropFirst(name.count + 1))
  }
}
