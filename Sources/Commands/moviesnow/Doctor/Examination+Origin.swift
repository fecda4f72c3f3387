internal import Mail
internal import OriginServer
internal import Postgres

/// What only an origin has.
extension Examination {
  /// - Parameter hint: the command that brings the schema up to date.
  func database(_ settings: PostgresSettings, hint: String) async {
    let setting = "DATABASE_URL"
    do {
      let pending = try await OriginSchema.pending(in: settings, on: loop)
      guard !pending.isEmpty else { return note(setting, .ok, "answers; the schema is up to date") }
      note(setting, .failed, "\(pending.count) steps of the schema are missing: run \(hint)")
    } catch { note(setting, .failed, "\(error). Does it run, are user, password and database right?") }
  }

  func mail(_ settings: OriginSettings) async {
    if let folder = settings.mailFolder { return note("MAIL_FOLDER", .warning, "\(folder): mail is written, not sent") }
    guard let url = settings.smtp else {
      return note("SMTP_URL", .warning, "not set: mail waits in the outbox, nobody can confirm an address")
    }
    do throws(MailError) {
      try await SMTPMailer(on: loop, url: url).greet()
      note("SMTP_URL", .ok, "greets us, with TLS")
    } catch {
      note("SMTP_URL", .failed, "\(error.reason): a server with STARTTLS must be there, and let us in")
    }
  }
}
