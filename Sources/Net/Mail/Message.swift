/// A plain-text mail to one recipient.
package struct Message: Sendable {
  package let from: String
  package let to: String
  package let subject: String
  package let body: String

  package init(from: String, to: String, subject: String, body: String) {
    self.from = from
    self.to = to
    self.subject = subject
    self.body = body
  }

  /// The mail as it goes over the wire. Source: RFC 5322; the date is UTC.
  /// - Parameter unixSeconds: when it is sent. `id` has to be unique among all mail.
  func encoded(at unixSeconds: Int64, id: UInt64) -> String {
    var text = ""
    func field(_ name: String, _ value: String) { text += "\(name): \(Self.line(value))\r\n" }
    field("From", from)
    field("To", to)
    field("Subject", Self.word(subject))
    field("Date", MailDate(unixSeconds: unixSeconds).text)
    field("Message-ID", "<\(unixSeconds).\(String(id, radix: 36))@\(from.split(separator: "@").last ?? "localhost")>")
    field("MIME-Version", "1.0")
    field("Content-Type", "text/plain; charset=utf-8")
    field("Content-Transfer-Encoding", "8bit")
    field("Auto-Submitted", "auto-generated")
    text += "\r\n"
    for line in body.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline) { text += "\(line)\r\n" }
    return text
  }

  /// One line: a line break in an address or subject would start another field.
  private static func line(_ value: String) -> String {
    String(String.UnicodeScalarView(value.unicodeScalars.map { $0.value < 32 || $0.value == 127 ? " " : $0 }))
  }

  /// An encoded word when the text is not ASCII. Source: RFC 2047 §4.2.
  private static func word(_ text: String) -> String {
    guard !text.utf8.allSatisfy({ (32..<127).contains($0) }) else { return text }
    let digits = Array("0123456789ABCDEF")
    // An encoded word has at most 75 characters, so each character is one of its own: valid, if not short.
    let words = text.map { character in
      let bytes = String(character).utf8.map { "=\(digits[Int($0 >> 4)])\(digits[Int($0 & 15)])" }
      return "=?utf-8?Q?\(bytes.joined())?="
    }
    return words.joined(separator: " ")
  }
}
