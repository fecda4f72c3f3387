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
      if pending.isEmpty {
        note(setting, .ok, "answers; the schema is up to date")
      } else {
        note(setting, .failed, "\(pending.count) steps of the schema are missing: run \(hint)")
      }
      try await clock(of: settings, setting)
    } catch { note(setting, .failed, "\(error). Does it run, are user, password and database right?") }
  }

  private func clock(of settings: PostgresSettings, _ setting: String) async throws {
    let pool = PostgresPool(on: loop, settings)
    defer { pool.close() }
    let rows = try await pool.query("SELECT extract(epoch FROM clock_timestamp())::bigint AS seconds")
    guard let seconds = try rows.first?.get("seconds", as: Int64.self) else { return }
    clock(setting, seconds, otherwise: "sessions and windows will begin and end at another time")
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
