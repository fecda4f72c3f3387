@testable import LocalObjectStore
import Signing
import Testing

@Suite struct `Checksums` {
  /// The check values of "123456789" in the catalogue of parametrised CRC algorithms, and of FIPS 180-4.
  @Test(arguments: [
    (ChecksumAlgorithm.crc32, "cbf43926"), (.crc32c, "e3069283"), (.crc64nvme, "ae8b14860a799888"),
    (.sha1, "f7c3bc1d808e04732adf679965ccc34ca7ae3441"),
    (.sha256, "15e2b0d3c33891ebb0f1ef609ec419420c20e320ce94c65fbc8c3312448eb225"),
  ])
  func `each algorithm gives its published check value`(algorithm: ChecksumAlgorithm, hex: String) {
    var checksum = RunningChecksum(algorithm)
    checksum.update(Array("1234".utf8))
    checksum.update(Array("56789".utf8))
    #expect(Hex.encode(checksum.bytes) == hex)
  }

  private func store(
    _ text: String, _ claims: ContentClaims, trailer: [RecordText.Field] = []
  ) throws -> StoredContent {
    var digests = ContentDigests(claims)
    try digests.update(Array(text.utf8))
    return try digests.finish(trailer: trailer, version: "v", atMs: 0)
  }

  @Test func `a body that is what it claims to be is kept under its own digests`() throws {
    let claims = ContentClaims(
      length: 9, sha256: SHA256.hash("123456789").bytes, md5: MD5.hash("123456789").bytes,
      checksum: (.crc32, nil))
    let content = try store("123456789", claims, trailer: [.init("x-amz-checksum-crc32", "y/Q5Jg==")])
    #expect(content.etag == "25f9e794323b453885f5181f1b624d0b" && content.size == 9)
    #expect(content.checksum == StoredChecksum(algorithm: .crc32, text: "y/Q5Jg=="))
  }

  @Test func `a body that is not is refused with the claim that failed`() {
    let other = SHA256.hash("other").bytes
    #expect(throws: PayloadError.length) { try store("12", ContentClaims(length: 1)) }
    #expect(throws: PayloadError.length) { try store("12", ContentClaims(length: 3)) }
    #expect(throws: PayloadError.sha256) { try store("12", ContentClaims(sha256: other)) }
    #expect(throws: PayloadError.md5) { try store("12", ContentClaims(md5: Array(other.prefix(16)))) }
    #expect(throws: PayloadError.checksum) { try store("12", ContentClaims(checksum: (.crc32, "y/Q5Jg=="))) }
    #expect(throws: PayloadError.missingTrailer) { try store("12", ContentClaims(checksum: (.sha1, nil))) }
  }
}
