internal import COpenSSL
internal import FoundationEssentials
internal import Glibc

/// What a certificate's authority says of it, which spares clients to ask: RFC 6066 §8.
struct OCSPStaple {
  private let response: [UInt8]
  /// From then on it says nothing, in seconds of the epoch. Nil for never.
  private let end: Int?

  init(file path: String) throws(TLSError) {
    try requireReadable(path)
    response = Array(FileManager.default.contents(atPath: path) ?? Data())
    let parsed = unsafe response.withUnsafeBufferPointer { bytes in
      var start = bytes.baseAddress
      return unsafe d2i_OCSP_RESPONSE(nil, &start, bytes.count)
    }
    defer { unsafe OCSP_RESPONSE_free(parsed) }
    guard let parsed = unsafe parsed, unsafe OCSP_response_status(parsed) == OCSP_RESPONSE_STATUS_SUCCESSFUL,
      let basic = unsafe OCSP_response_get1_basic(parsed), let single = unsafe OCSP_resp_get0(basic, 0)
    else {
      ERR_clear_error()
      throw .file(path: path, reason: "holds no successful OCSP response in DER")
    }
    defer { unsafe OCSP_BASICRESP_free(basic) }
    var nextUpdate: UnsafeMutablePointer<ASN1_GENERALIZEDTIME>?
    let status = unsafe OCSP_single_get0_status(single, nil, nil, nil, &nextUpdate)
    guard status == V_OCSP_CERTSTATUS_GOOD else {
      throw .file(path: path, reason: "says that the certificate is \(status == 1 ? "revoked" : "unknown")")
    }
    end = unsafe nextUpdate.map { time in
      var parts = unsafe tm()
      unsafe ASN1_TIME_to_tm(time, &parts)
      return unsafe timegm(&parts)
    }
  }

  /// False when it is too old to be handed out: a client would refuse the certificate for it.
  func attach(to session: OpaquePointer?) -> Bool {
    if let end, time(nil) >= end { return false }
    return unsafe response.withUnsafeBufferPointer { unsafe tls_staple(session, $0.baseAddress, $0.count) == 1 }
  }
}
