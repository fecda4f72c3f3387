internal import COpenSSL

/// Bytes that no one can foretell, from OpenSSL's generator.
package enum RandomBytes {
  package static func make(_ count: Int) -> [UInt8] {
    unsafe [UInt8](unsafeUninitializedCapacity: count) { buffer, initializedCount in
      // Without entropy there is no safe way on: every token and salt hangs on it.
      precondition(unsafe RAND_bytes(buffer.baseAddress, Int32(count)) == 1, "no entropy")
      initializedCount = count
    }
  }

  /// A secret fit for a URL, base64url without padding; 32 bytes are 43 characters.
  package static func token(_ count: Int = 32) -> String { Base64.url.encode(make(count)) }
}
