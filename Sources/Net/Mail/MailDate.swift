internal import Glibc

/// `Mon, 23 Nov 2026 11:15:09 +0000`. Source: RFC 5322 §3.3.
struct MailDate {
  let unixSeconds: Int64

  var text: String {
    var seconds = time_t(unixSeconds)
    var parts = unsafe tm()
    unsafe gmtime_r(&seconds, &parts)
    var buffer = [CChar](repeating: 0, count: 64)
    // English names: nothing of ours leaves the C locale.
    let count = unsafe strftime(&buffer, buffer.count, "%a, %d %b %Y %H:%M:%S +0000", &parts)
    return String(decoding: buffer[..<count].map(UInt8.init(bitPattern:)), as: UTF8.self)
  }

  static var now: Int64 { Int64(Glibc.time(nil)) }
}
