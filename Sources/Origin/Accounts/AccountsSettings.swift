/// What two deployments may want otherwise.
package struct AccountsSettings: Sendable {
  /// `JWT_SECRET_KEY`: signs every token of ours and seals what authenticator apps share with us; at least 32 bytes.
  /// Under another one nobody's second factor works any more.
  package var tokenSecret: [UInt8]
  /// `ACCESS_TOKEN_EXPIRE_MINUTES`, 5 to 1440.
  package var accessLifetime: Duration = .seconds(60 * 60)
  /// `REFRESH_TOKEN_EXPIRE_DAYS`, 1 to 365.
  package var refreshLifetime: Duration = .seconds(7 * 86_400)
  /// `PUBLIC_BASE_URL`: where the links in our mail lead, without a slash at the end.
  package var publicURL: String
  /// `MAIL_FROM`.
  package var mailFrom: String
  /// `FRONTEND_ORIGINS`: the pages that may refresh and log out by cookie.
  package var frontendOrigins: [String] = []

  package init(tokenSecret: [UInt8], publicURL: String, mailFrom: String = "no-reply@moviesnow.example") {
    self.tokenSecret = tokenSecret
    self.publicURL = publicURL
    self.mailFrom = mailFrom
  }
}
