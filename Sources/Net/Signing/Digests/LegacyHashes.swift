internal import COpenSSL

// Kept for protocols that name them; neither resists collisions.

/// For one-time passwords (RFC 6238) and S3's `x-amz-checksum-sha1`.
package struct SHA1: HashFunction {
  package static let blockSize = 64
  private var context = SHA_CTX()

  package init() { unsafe SHA1_Init(&context) }

  package mutating func update(_ bytes: Span<UInt8>) {
    unsafe bytes.withUnsafeBytes { input in
      _ = unsafe SHA1_Update(&context, input.baseAddress, input.count)
    }
  }

  package mutating func finish() -> Digest {
    Digest(count: 20) { output in _ = unsafe SHA1_Final(output, &context) }
  }
}

/// For S3's `Content-MD5` and the ETag of an object stored in one part.
package struct MD5: HashFunction {
  package static let blockSize = 64
  private var context = MD5_CTX()

  package init() { unsafe MD5_Init(&context) }

  package mutating func update(_ bytes: Span<UInt8>) {
    unsafe bytes.withUnsafeBytes { input in
      _ = unsafe MD5_Update(&context, input.baseAddress, input.count)
    }
  }

  package mutating func finish() -> Digest {
    Digest(count: 16) { output in _ = unsafe MD5_Final(output, &context) }
  }
}
