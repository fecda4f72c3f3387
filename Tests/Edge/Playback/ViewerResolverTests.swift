import Edge
import HTTP
import Settings
import Signing
import Testing

@Suite struct `Whose session it is` {
  private static let secret = Secret("a secret of more than thirty-two bytes")
  private static let salt = Secret("a salt of more than thirty-two bytes at all")
  private let now: Int64 = 1_700_000_000

  private func settings(_ change: (inout TelemetrySettings) -> Void = { _ in }) -> TelemetrySettings {
    var settings = TelemetrySettings()
    settings.tokenSecret = Self.secret
    change(&settings)
    return settings
  }

  private func request(_ fields: [(FieldName, String)], from address: String = "192.0.2.7", vouched: Bool = false)
    -> Request
  {
    let request = Request(.post, "/", fields: fields)
    request.client = ClientIdentity(address: IPAddress(address) ?? .loopback)
    request.client.isVouchedFor = vouched
    return request
  }

  private func token(_ kind: String, expires: Int64 = 60, secret: Secret = Self.secret, more: String = "") -> String {
    let times = #""iat":\#(now - 1),"nbf":\#(now - 1),"exp":\#(now + expires)"#
    let claims = #"{"sub":"u7","jti":"j",\#(times),"token_type":"\#(kind)"\#(more)}"#
    return "Bearer " + JWTSigner(key: .hs256(secret.bytes)).sign(claims: Array(claims.utf8))
  }

  @Test func `the token's subject wins over the header, even a trusted one`() throws {
    let resolver = ViewerResolver(settings())
    let asked = request([(.authorization, token("access")), ("x-user-id", "eve")], vouched: true)
    #expect(try resolver.viewer(of: asked, at: now).identity == .user("u7"))
  }

  @Test func `the header names the user from a trusted proxy only`() throws {
    let resolver = ViewerResolver(settings { $0.allowsAnonymous = true })
    #expect(try resolver.viewer(of: request([("x-user-id", "u1")], vouched: true), at: now).userID == "u1")
    #expect(try resolver.viewer(of: request([("x-user-id", "u1")]), at: now).userID == nil)
    let renamed = ViewerResolver(settings { $0.userHeader = "x-account" })
    #expect(try renamed.viewer(of: request([("x-account", "u2")], vouched: true), at: now).userID == "u2")
    #expect(throws: Problem.self) { try renamed.viewer(of: request([("x-user-id", "u1")], vouched: true), at: now) }
  }

  @Test(arguments: [
    ("refresh", "Invalid token type."), ("reauth", "Invalid token type."), ("mfa", "Invalid token type."),
    ("expired", "Token has expired."), ("forged", "Invalid token."), ("challenge", "Invalid token."),
    ("garbage", "Invalid token."),
  ])
  func `a token that is no valid access token is a 401, whatever else would do`(kind: String, detail: String) {
    let field =
      switch kind {
      case "expired": token("access", expires: -1)
      case "forged": token("access", secret: Self.salt)
      case "challenge": token("access", more: #","aud":"moviesnow-clients""#)
      case "garbage": "Bearer x.y.z"
      default: token(kind)
      }
    let resolver = ViewerResolver(settings { $0.allowsAnonymous = true })
    let asked = request([(.authorization, field), ("x-user-id", "u1")], vouched: true)
    let problem = #expect(throws: Problem.self) { try resolver.viewer(of: asked, at: now) }
    #expect(problem?.status == .unauthorized && problem?.detail == detail)
    #expect(problem?.fields.first(.wwwAuthenticate) != nil)
  }

  @Test func `nobody in particular is a 401 unless that is allowed`() throws {
    let problem = #expect(throws: Problem.self) { try ViewerResolver(settings()).viewer(of: request([]), at: now) }
    #expect(problem?.status == .unauthorized && problem?.detail == "Authentication required")
    let open = ViewerResolver(settings { $0.allowsAnonymous = true })
    #expect(try open.viewer(of: request([]), at: now).anonymousID?.count == 32)
  }

  @Test func `without a salt nothing ties two sessions of one client together, nor tells its address`() throws {
    let open = ViewerResolver(settings { $0.allowsAnonymous = true })
    let first = try open.viewer(of: request([(.userAgent, "tv")]), at: now)
    let second = try open.viewer(of: request([(.userAgent, "tv")]), at: now)
    #expect(first.anonymousID != second.anonymousID)
    #expect(first.traces == ClientTraces())
  }

  @Test func `with a salt a client has one name and keyed hashes, which another salt changes`() throws {
    func viewer(_ salt: Secret, _ address: String) throws -> Viewer {
      let resolver = ViewerResolver(
        settings {
          $0.allowsAnonymous = true; $0.salt = salt
        })
      return try resolver.viewer(of: request([(.userAgent, "tv")], from: address), at: now)
    }
    let first = try viewer(Self.salt, "192.0.2.7")
    #expect(try viewer(Self.salt, "192.0.2.7") == first)
    #expect(try viewer(Self.salt, "192.0.2.8").anonymousID != first.anonymousID)
    #expect(try viewer(Self.secret, "192.0.2.7").traces.addressHash != first.traces.addressHash)
    #expect(first.traces.addressHash != SHA256.hash("192.0.2.7").hex.prefix(32).description)
    #expect(first.traces.address == nil && first.traces.userAgent == nil && first.traces.userAgentHash?.count == 32)
  }

  @Test func `address and browser are kept as they are only where the settings say so`() throws {
    let resolver = ViewerResolver(
      settings {
        $0.allowsAnonymous = true; $0.keepsAddress = true; $0.keepsUserAgent = true
      })
    let viewer = try resolver.viewer(of: request([(.userAgent, String(repeating: "x", count: 300))]), at: now)
    #expect(viewer.traces.address == "192.0.2.7" && viewer.traces.userAgent?.count == 256)
    #expect(viewer.traces.addressHash == nil)
  }

  @Test func `settings that cannot be are told by their names`() {
    let reader = SettingsReader(environment: [
      "TELEMETRY_USER_ID_HEADER": "no header", "PII_HASH_SALT": "short", "ALLOW_ANON_TELEMETRY": "perhaps",
      "PLAYER_EVENTS_LIMIT": "0",
    ])
    _ = TelemetrySettings(reader)
    #expect(
      reader.problems.map(\.key).sorted() == [
        "ALLOW_ANON_TELEMETRY", "PII_HASH_SALT", "PLAYER_EVENTS_LIMIT", "TELEMETRY_USER_ID_HEADER",
      ])
  }
}
