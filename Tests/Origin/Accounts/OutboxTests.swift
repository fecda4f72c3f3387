import Mail
import Postgres
import Testing

@testable import Accounts

/// Takes mail, or fails as it is told to.
private final class RecordingMailer: Mailer {
  var failure: MailError?
  var meanwhile: () async -> Void = {}
  private(set) var sent: [Message] = []

  func send(_ message: Message) async throws(MailError) {
    if let failure { throw failure }
    await meanwhile()
    sent.append(message)
  }
}

@Suite struct `The outbox` {
  @Test func `sends a mail once and forgets it`() throws {
    try withAccounts { accounts, loop in
      let mailer = RecordingMailer()
      let outbox = Outbox(on: loop, accounts.postgres, mailer, from: "no-reply@m.example")
      _ = try await accounts.signUpAda()
      let first = try await outbox.sendDue()
      let second = try await outbox.sendDue()
      let rows = try await accounts.postgres.query("SELECT 1 FROM mail_outbox")
      #expect(first == 1 && second == 0 && rows.isEmpty)
      #expect(mailer.sent.map(\.to) == ["ada@example.org"])
    }
  }

  @Test func `leaves to others what it is not sending just then`() throws {
    try withAccounts { accounts, loop in
      let mailer = RecordingMailer()
      let outbox = Outbox(on: loop, accounts.postgres, mailer, from: "no-reply@m.example")
      var due: [Int] = []
      for name in ["ada", "bea", "cy"] {
        _ = try await accounts.signUp(Email("\(name)@example.org")!, adasPassword, fullName: nil, from: somewhere)
      }
      mailer.meanwhile = {
        let rows = try? await accounts.postgres.query("SELECT count(*) AS due FROM mail_outbox WHERE due_at <= now()")
        due.append((try? rows?.first?.get("due")) ?? -1)
      }
      _ = try await outbox.sendDue()
      #expect(due == [2, 1, 0])
    }
  }

  @Test func `puts a deferred mail off, and keeps a refused one without its text`() throws {
    try withAccounts { accounts, loop in
      let mailer = RecordingMailer()
      let outbox = Outbox(on: loop, accounts.postgres, mailer, from: "no-reply@m.example")
      _ = try await accounts.signUpAda()
      mailer.failure = .deferred(reason: "greylisted")
      _ = try await outbox.sendDue()
      let deferred = try await accounts.postgres.query("SELECT body, due_at > now() AS is_later FROM mail_outbox")[0]
      #expect(try deferred.get("is_later") == true)
      #expect(try deferred.get("body", as: String.self).contains("token="))
      try await accounts.postgres.execute("UPDATE mail_outbox SET due_at = now()")
      mailer.failure = .refused(reason: "no such user (550)")
      _ = try await outbox.sendDue()
      let refused = try await accounts.postgres.query("SELECT body, refused_because FROM mail_outbox")[0]
      #expect(try refused.get("body") == "")
      #expect(try refused.get("refused_because") == "no such user (550)")
    }
  }
}
