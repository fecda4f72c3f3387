import Loop
import Support
import Testing

@testable import Mail

@Suite struct `Messages` {
  private let message = Message(from: "a@x.example", to: "b@y.example", subject: "Hi\r\nBcc: c@z", body: "One\nTwo")

  @Test func `are lines ended by CRLF, and a subject cannot start a field`() {
    let text = message.encoded(at: 1_795_432_509, id: 1)
    #expect(text.contains("\r\nSubject: =?"))
    #expect(!text.contains("\r\nBcc"))
    #expect(text.contains("\r\nDate: Mon, 23 Nov 2026 11:15:09 +0000\r\n"))
    #expect(text.hasSuffix("\r\n\r\nOne\r\nTwo\r\n"))
  }

  @Test func `a subject beyond ASCII is an encoded word`() {
    let message = Message(from: "a@x", to: "b@y", subject: "é", body: "")
    #expect(message.encoded(at: 0, id: 1).contains("Subject: =?utf-8?Q?=C3=A9?=\r\n"))
  }
}

@Suite struct `Sending mail` {
  private let message = Message(from: "a@x.example", to: "b@y.example", subject: "Hi", body: "There")

  @Test func `a server that is away defers`() throws {
    let loop = EventLoop()
    let _: Void = try loop.run { [message] in
      let mailer = SMTPMailer(on: loop, url: "smtp://127.0.0.1:1")
      var failure: MailError?
      do throws(MailError) { try await mailer.send(message) } catch { failure = error }
      #expect(failure?.isRetryable == true)
    }
  }

  @Test func `in development each mail is a file`() throws {
    let loop = EventLoop()
    var paths: [String] = []
    let folder = try TemporaryFolder()
    let _: Void = try loop.run { [message] in
      let mailer = FolderMailer(on: loop, folder: "\(folder.path)/mail") { paths.append($0) }
      try await mailer.send(message)
    }
    #expect(paths.count == 1 && paths[0].hasSuffix(".eml"))
  }
}
