internal import CCurl
internal import Glibc
internal import Loop

/// One mail's conversation with the server. Blocks.
struct SMTPDelivery: Sendable {
  private let settings: SMTPSettings
  private let from: String
  private let to: String
  private let text: String

  init(_ settings: SMTPSettings, from: String, to: String, text: String) {
    self.settings = settings
    self.from = from
    self.to = to
    self.text = text
  }

  func run() -> Result<Void, MailError> {
    guard let curl = unsafe curl_easy_init() else { return .failure(.deferred(reason: "out of memory")) }
    defer { unsafe curl_easy_cleanup(curl) }
    let recipients = unsafe curl_slist_append(nil, "<\(to)>")
    defer { unsafe curl_slist_free_all(recipients) }
    unsafe configure(curl)
    unsafe curl_set_list(curl, CURLOPT_MAIL_RCPT, recipients)
    var reader = Array(text.utf8)
    // libcurl reads the mail as a file would be read.
    let status = unsafe reader.withUnsafeMutableBytes { bytes -> CURLcode in
      guard let file = unsafe fmemopen(bytes.baseAddress, bytes.count, "r") else { return CURLE_OUT_OF_MEMORY }
      defer { unsafe fclose(file) }
      unsafe curl_set_pointer(curl, CURLOPT_READDATA, file)
      return unsafe curl_easy_perform(curl)
    }
    return status == CURLE_OK ? .success(()) : .failure(unsafe failure(status, of: curl))
  }

  private func configure(_ curl: UnsafeMutableRawPointer) {
    unsafe curl_set_text(curl, CURLOPT_URL, settings.url)
    unsafe curl_set_text(curl, CURLOPT_MAIL_FROM, "<\(from)>")
    unsafe curl_set_long(curl, CURLOPT_UPLOAD, 1)
    // Signals would interrupt the other threads.
    unsafe curl_set_long(curl, CURLOPT_NOSIGNAL, 1)
    unsafe curl_set_long(curl, CURLOPT_TIMEOUT_MS, Int(settings.timeout.wholeMilliseconds))
    let level = settings.requiresTLS ? CURLUSESSL_ALL : CURLUSESSL_TRY
    unsafe curl_set_long(curl, CURLOPT_USE_SSL, Int(level.rawValue))
    if let user = settings.user { unsafe curl_set_text(curl, CURLOPT_USERNAME, user) }
    if let password = settings.password { unsafe curl_set_text(curl, CURLOPT_PASSWORD, password) }
    if let authorities = settings.authorities { unsafe curl_set_text(curl, CURLOPT_CAINFO, authorities) }
  }

  /// A 5xx is the server's last word; a 4xx, and a server that cannot be reached, may pass.
  private func failure(_ status: CURLcode, of curl: UnsafeMutableRawPointer) -> MailError {
    let response = unsafe curl_response_code(curl)
    let reason = unsafe String(cString: curl_easy_strerror(status)) + (response > 0 ? " (\(response))" : "")
    return (500..<600).contains(response) ? .refused(reason: reason) : .deferred(reason: reason)
  }
}
