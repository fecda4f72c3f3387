package import Loop

/// Hands mail to an SMTP server through libcurl, on the worker pool.
package struct SMTPMailer: Mailer {
  private let loop: EventLoop
  private let server: SMTPServer

  /// - Parameter url: `smtp://user:password@host:587`, or `smtps://` for TLS from the first byte.
  package init(on loop: EventLoop, url: String) {
    self.loop = loop
    server = SMTPServer(url: url)
  }

  package func send(_ message: Message) async throws(MailError) {
    let text = message.encoded(at: MailDate.now, id: .random(in: 0...UInt64.max))
    let delivery = SMTPDelivery(to: server, from: message.from, recipient: message.to, text: text)
    try await offload { delivery.run() }
  }

  /// Whether the server would take mail from us: connects, signs in and leaves.
  package func greet() async throws(MailError) { try await offload { [server] in server.greet() } }

  private func offload(_ conversation: @escaping @Sendable () -> Result<Void, MailError>) async throws(MailError) {
    let outcome: Result<Void, MailError>
    do { outcome = try await loop.offload(conversation) } catch {
      throw .deferred(reason: "the worker pool refused")
    }
    try outcome.get()
  }
}
