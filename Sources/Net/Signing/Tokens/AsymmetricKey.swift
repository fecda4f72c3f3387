internal import COpenSSL

/// An RSA or Ed25519 key of OpenSSL's EVP.
// OpenSSL lets threads share an EVP_PKEY that none of them changes; nothing here changes it after `init`.
@safe final class AsymmetricKey: @unchecked Sendable {
  private enum Kind { case ed25519, rsa }

  private let key: OpaquePointer
  private let kind: Kind
  private let canSign: Bool

  private init?(_ key: OpaquePointer?, _ kind: Kind, canSign: Bool) {
    guard let key = unsafe key else { return nil }
    unsafe self.key = key
    self.kind = kind
    self.canSign = canSign
    guard case .rsa = kind else { return }
    guard unsafe EVP_PKEY_get_base_id(key) == EVP_PKEY_RSA, unsafe EVP_PKEY_get_bits(key) >= 2_048 else { return nil }
  }

  deinit { unsafe EVP_PKEY_free(key) }

  convenience init?(ed25519Seed seed: [UInt8]) {
    let key = unsafe EVP_PKEY_new_raw_private_key(EVP_PKEY_ED25519, nil, seed, seed.count)
    unsafe self.init(key, .ed25519, canSign: true)
  }

  convenience init?(rsaPrivatePEM pem: String) {
    let key = unsafe Self.read(pem) { unsafe PEM_read_bio_PrivateKey($0, nil, nil, nil) }
    unsafe self.init(key, .rsa, canSign: true)
  }

  convenience init?(rsaPublicPEM pem: String) {
    let key = unsafe Self.read(pem) { unsafe PEM_read_bio_PUBKEY($0, nil, nil, nil) }
    unsafe self.init(key, .rsa, canSign: false)
  }

  func sign(_ message: [UInt8]) -> [UInt8]? {
    guard canSign, let context = unsafe EVP_MD_CTX_new() else { return nil }
    defer { unsafe EVP_MD_CTX_free(context) }
    var count = Int(unsafe EVP_PKEY_get_size(key))
    var signature = [UInt8](repeating: 0, count: count)
    guard unsafe EVP_DigestSignInit(context, nil, digest, nil, key) == 1,
      unsafe EVP_DigestSign(context, &signature, &count, message, message.count) == 1
    else { return nil }
    return Array(signature.prefix(count))
  }

  func isValid(_ signature: [UInt8], for message: [UInt8]) -> Bool {
    guard let context = unsafe EVP_MD_CTX_new() else { return false }
    defer { unsafe EVP_MD_CTX_free(context) }
    return unsafe EVP_DigestVerifyInit(context, nil, digest, nil, key) == 1
      && EVP_DigestVerify(context, signature, signature.count, message, message.count) == 1
  }

  /// Ed25519 hashes by itself.
  private var digest: OpaquePointer? {
    switch kind {
    case .ed25519: nil
    case .rsa: unsafe EVP_sha256()
    }
  }

  private static func read(_ pem: String, _ body: (OpaquePointer?) -> OpaquePointer?) -> OpaquePointer? {
    let bytes = Array(pem.utf8)
    return unsafe bytes.withUnsafeBytes { buffer in
      let bio = unsafe BIO_new_mem_buf(buffer.baseAddress, Int32(buffer.count))
      defer { unsafe BIO_free(bio) }
      return unsafe body(bio)
    }
  }
}
