internal import CCurl
package import Loop

/// Where the SMTP server is. `SMTP_URL`: `smtp://user:password@host:587`, or `smtps://` for TLS from the first byte.
package struct SMTPSettings: Sendable {
  package var url: String
  package var user: String?
  package var password: String?
  /// Refuse a server that does not offer STARTTLS. Off only for a server on this machine.
  package var requiresTLS = true
  /// A file of certificates to trust instead of the system's.
  package var authorities: String?
  /// For one mail, from connecting to the server's word.
  package var timeout: Duration = .seconds(30)

  package init(url: String) { self.url = url }
}

/// Hands mail to an SMTP server through libcurl, on the worker pool.
package struct SMTPMailer: Mailer {
  private let loop: EventLoop
  private let settings: SMTPSettings

  package init(on loop: EventLoop, _ settings: SMTPSettings) {
    self.loop = loop
    self.settings = settings
  }

  package func send(_ message: Message) async throws(MailError) {
    let text = message.encoded(at: MailDate.now, id: .random(in: 0...UInt64.max))
    let delivery = SMTPDelivery(settings, from: message.from, to: message.to, text: text)
    try await offload { delivery.run() }
  }

  /// Whether the server would take mail from us: connects, signs in and leaves.
  package func greet() async throws(MailError) { try await offload { [settings] in settings.greet() } }

  private func offload(_ conversation: @escaping @Sendable () -> Result<Void, MailError>) async throws(MailError) {
    let outcome: Result<Void, MailError>
    do { outcome = try await loop.offload(conversation) } catch {
      throw .deferred(reason: "the worker pool refused")
    }
    try outcome.get()
  }
}
