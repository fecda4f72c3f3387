package import HTTP
internal import Settings
internal import Signing

/// Finds out whose session a start is: the user of a valid access token, else the one that a trusted proxy names, else
/// nobody in particular where that is allowed.
package struct ViewerResolver {
  private let settings: TelemetrySettings
  private let tokens: AccessTokens?
  /// Keyed by `PII_HASH_SALT`. Without a key whoever knows all addresses knows all hashes, so there are none.
  private let pseudonyms: HMAC<SHA256>?

  private static let longestName = 128
  private static let longestUserAgent = 256

  package init(_ settings: TelemetrySettings) {
    self.settings = settings
    tokens = settings.tokenSecret.map { AccessTokens(secret: $0.bytes) }
    pseudonyms = settings.salt.map { HMAC(key: $0.bytes) }
  }

  /// - Parameter now: Unix seconds.
  /// - Throws: `Problem` 401 for a token that is not valid, and for nobody where that is not allowed; 400 for a name
  ///   from the proxy that cannot be one.
  package func viewer(of request: Request, at now: Int64) throws(Problem) -> Viewer {
    let client = ClientText(request)
    if let user = try user(of: request, at: now) { return Viewer(.user(user), traces: traces(of: client)) }
    guard settings.allowsAnonymous else {
      throw Problem(.unauthorized, "Authentication required").with(.wwwAuthenticate, "Bearer")
    }
    let name = "\(client.address)|\(client.userAgent)"
    // A stable name needs the key; without it the session has one of its own.
    let id = pseudonym(name) ?? Hex.encode(RandomBytes.make(16))
    return Viewer(.anonymous(id), scope: name, traces: traces(of: client))
  }

  private func user(of request: Request, at now: Int64) throws(Problem) -> String? {
    if let tokens, let token = request.bearerToken { return try tokens.subject(of: token, at: now) }
    guard request.client.isVouchedFor, let name = request.fields.first(settings.userHeader) else { return nil }
    guard (1...Self.longestName).contains(name.utf8.count) else {
      throw Problem(.badRequest, "\(settings.userHeader) has 1 to \(Self.longestName) bytes")
    }
    return name
  }

  private func traces(of client: ClientText) -> ClientTraces {
    var traces = ClientTraces()
    if settings.keepsAddress { traces.address = client.address }
    if settings.keepsUserAgent, !client.userAgent.isEmpty {
      traces.userAgent = String(client.userAgent.prefix(Self.longestUserAgent))
    }
    traces.addressHash = pseudonym(client.address)
    traces.userAgentHash = pseudonym(client.userAgent)
    return traces
  }

  /// 32 hexadecimal digits; nil without a key.
  private func pseudonym(_ text: String) -> String? {
    pseudonyms.map { String($0.sign(text).hex.prefix(32)) }
  }
}

/// What a request tells about its client.
private struct ClientText {
  let address: String
  let userAgent: String

  init(_ request: Request) {
    address = request.client.address.description
    userAgent = request.fields.first(.userAgent) ?? ""
  }
}
