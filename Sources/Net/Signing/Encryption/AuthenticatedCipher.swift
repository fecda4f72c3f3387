internal import COpenSSL

/// AES-256-GCM under a random nonce: what is sealed can neither be read nor changed without the key.
/// Source: NIST SP 800-38D; one key seals at most 2^32 messages (§8.3).
package struct AuthenticatedCipher {
  private static let nonceSize = 12
  private static let tagSize = 16

  private let key: [UInt8]

  /// - key: 32 bytes.
  package init(key: Digest) {
    precondition(key.count == 32, "AES-256 takes a key of 32 bytes, not \(key.count)")
    self.key = key.bytes
  }

  /// Nonce, ciphertext, tag.
  package func seal(_ plain: [UInt8]) -> [UInt8] {
    let nonce = RandomBytes.make(Self.nonceSize)
    var sealed = nonce + [UInt8](repeating: 0, count: plain.count + Self.tagSize)
    let context = unsafe EVP_CIPHER_CTX_new()
    defer { unsafe EVP_CIPHER_CTX_free(context) }
    let isDone = unsafe sealed.withUnsafeMutableBytes { output in
      let text = unsafe (output.baseAddress! + Self.nonceSize).assumingMemoryBound(to: UInt8.self)
      var count: Int32 = 0
      return unsafe EVP_EncryptInit_ex(context, EVP_aes_256_gcm(), nil, key, nonce) == 1
        && EVP_EncryptUpdate(context, text, &count, plain, Int32(plain.count)) == 1
        && EVP_EncryptFinal_ex(context, text + Int(count), &count) == 1
        && EVP_CIPHER_CTX_ctrl(context, EVP_CTRL_AEAD_GET_TAG, Int32(Self.tagSize), text + plain.count) == 1
    }
    precondition(isDone, "OpenSSL cannot encrypt: out of memory")
    return sealed
  }

  /// Nil for what was not sealed with this key, or was changed since.
  package func open(_ sealed: [UInt8]) -> [UInt8]? {
    let count = sealed.count - Self.nonceSize - Self.tagSize
    guard count >= 0 else { return nil }
    let nonce = Array(sealed.prefix(Self.nonceSize))
    let text = Array(sealed[Self.nonceSize...].prefix(count))
    var tag = Array(sealed.suffix(Self.tagSize))
    // One byte more, so that there is an address even for nothing.
    var plain = [UInt8](repeating: 0, count: count + 1)
    let context = unsafe EVP_CIPHER_CTX_new()
    defer { unsafe EVP_CIPHER_CTX_free(context) }
    var written: Int32 = 0
    let isAuthentic =
      unsafe EVP_DecryptInit_ex(context, EVP_aes_256_gcm(), nil, key, nonce) == 1
      && EVP_DecryptUpdate(context, &plain, &written, text, Int32(count)) == 1
      && EVP_CIPHER_CTX_ctrl(context, EVP_CTRL_AEAD_SET_TAG, Int32(Self.tagSize), &tag) == 1
      && EVP_DecryptFinal_ex(context, &tag, &written) == 1
    return isAuthentic ? Array(plain.prefix(count)) : nil
  }
}
