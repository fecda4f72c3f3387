internal import CCurl
internal import Glibc

/// Where mail is handed in: what every conversation with the server needs of libcurl.
struct SMTPServer: Sendable {
  let url: String

  /// For one mail, from connecting to the server's word.
  private static let timeoutMs = 30_000

  func apply(to curl: UnsafeMutableRawPointer) {
    unsafe curl_set_text(curl, CURLOPT_URL, url)
    // Signals would interrupt the other threads.
    unsafe curl_set_long(curl, CURLOPT_NOSIGNAL, 1)
    unsafe curl_set_long(curl, CURLOPT_TIMEOUT_MS, Self.timeoutMs)
    // A server without STARTTLS gets neither password nor mail.
    unsafe curl_set_long(curl, CURLOPT_USE_SSL, Int(CURLUSESSL_ALL.rawValue))
  }

  /// Connects, starts TLS, signs in, and leaves: what a delivery does but for the mail. Blocks.
  func greet() -> Result<Void, MailError> {
    guard let curl = unsafe curl_easy_init() else { return .failure(.deferred(reason: "out of memory")) }
    defer { unsafe curl_easy_cleanup(curl) }
    unsafe apply(to: curl)
    unsafe curl_set_text(curl, CURLOPT_CUSTOMREQUEST, "NOOP")
    unsafe curl_set_long(curl, CURLOPT_NOBODY, 1)
    let status = unsafe curl_easy_perform(curl)
    return status == CURLE_OK ? .success(()) : .failure(unsafe MailError(status, of: curl))
  }
}

extension MailError {
  /// A 5xx is the server's last word; a 4xx, and a server that cannot be reached, may pass.
  init(_ status: CURLcode, of curl: UnsafeMutableRawPointer) {
    let response = unsafe curl_response_code(curl)
    let reason = unsafe String(cString: curl_easy_strerror(status)) + (response > 0 ? " (\(response))" : "")
    self = (500..<600).contains(response) ? .refused(reason: reason) : .deferred(reason: reason)
  }
}
