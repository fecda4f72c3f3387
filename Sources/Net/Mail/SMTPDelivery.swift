internal import CCurl
internal import Glibc

/// One mail's conversation with the server. Blocks.
struct SMTPDelivery: Sendable {
  private let server: SMTPServer
  private let from: String
  private let recipient: String
  private let text: String

  init(to server: SMTPServer, from: String, recipient: String, text: String) {
    self.server = server
    self.from = from
    self.recipient = recipient
    self.text = text
  }

  func run() -> Result<Void, MailError> {
    guard let curl = unsafe curl_easy_init() else { return .failure(.deferred(reason: "out of memory")) }
    defer { unsafe curl_easy_cleanup(curl) }
    let recipients = unsafe curl_slist_append(nil, "<\(recipient)>")
    defer { unsafe curl_slist_free_all(recipients) }
    unsafe server.apply(to: curl)
    unsafe curl_set_text(curl, CURLOPT_MAIL_FROM, "<\(from)>")
    unsafe curl_set_long(curl, CURLOPT_UPLOAD, 1)
    unsafe curl_set_list(curl, CURLOPT_MAIL_RCPT, recipients)
    var reader = Array(text.utf8)
    // libcurl reads the mail as a file would be read.
    let status = unsafe reader.withUnsafeMutableBytes { bytes -> CURLcode in
      guard let file = unsafe fmemopen(bytes.baseAddress, bytes.count, "r") else { return CURLE_OUT_OF_MEMORY }
      defer { unsafe fclose(file) }
      unsafe curl_set_pointer(curl, CURLOPT_READDATA, file)
      return unsafe curl_easy_perform(curl)
    }
    return status == CURLE_OK ? .success(()) : .failure(unsafe MailError(status, of: curl))
  }
}
