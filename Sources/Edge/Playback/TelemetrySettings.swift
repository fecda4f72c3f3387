package import HTTP
package import Settings

/// What playback sessions record, and of whom. As it comes, an edge keeps nothing that tells who a viewer is.
package struct TelemetrySettings: Sendable {
  /// `ALLOW_ANON_TELEMETRY`: takes sessions of nobody in particular too. Default false: 401.
  package var allowsAnonymous = false
  /// `TELEMETRY_USER_ID_HEADER`: the field in which a trusted proxy names the user. Default x-user-id.
  package var userHeader: FieldName = "x-user-id"
  /// `JWT_SECRET_KEY`: the origin's; with it the user of an access token is the viewer. Without, tokens are not read.
  package var tokenSecret: Secret?
  /// `PII_HASH_SALT`: the key under which sessions keep hashes of address and browser, and anonymous viewers a stable
  /// name. Without it there are no hashes, and each anonymous session has a name of its own.
  package var salt: Secret?
  /// `TELEMETRY_STORE_RAW_IP`: keeps the client's address as it is. Default false.
  package var keepsAddress = false
  /// `TELEMETRY_STORE_UA`: keeps the browser's `User-Agent`, its first 256 characters. Default false.
  package var keepsUserAgent = false
  /// `PLAYER_EVENTS_LIMIT`: events that wait in Redis for the origin. Beyond it: 503, because none that was
  /// acknowledged is thrown away. Default 4 000 000, in Redis some 400 MB.
  package var mostEvents = 4_000_000

  package init() {}

  /// Problems are left with the reader.
  package init(_ reader: SettingsReader) {
    allowsAnonymous = reader.flag("ALLOW_ANON_TELEMETRY", default: allowsAnonymous)
    let header = reader.string("TELEMETRY_USER_ID_HEADER", default: userHeader.description)
    if let name = FieldName(token: header) {
      userHeader = name
    } else {
      let expected = "a field's name, as x-user-id"
      reader.report(SettingProblem(key: "TELEMETRY_USER_ID_HEADER", value: header, expected: expected))
    }
    tokenSecret = reader.optionalSecret("JWT_SECRET_KEY")
    salt = reader.optionalSecret("PII_HASH_SALT")
    keepsAddress = reader.flag("TELEMETRY_STORE_RAW_IP", default: keepsAddress)
    keepsUserAgent = reader.flag("TELEMETRY_STORE_UA", default: keepsUserAgent)
    mostEvents = reader.int("PLAYER_EVENTS_LIMIT", default: mostEvents, in: 1...1_000_000_000)
  }
}
