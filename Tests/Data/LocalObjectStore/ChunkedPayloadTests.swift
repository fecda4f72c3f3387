@testable import LocalObjectStore
import Signing
import Testing

@Suite struct `Bodies in aws-chunked` {
  /// The example of AWS, "Transferring Payload in Multiple Chunks": 66 560 letters `a` in three chunks.
  private static let signatures = [
    "ad80c730a21e5b8d04586a2213dd63b9a0e99e0e2307b0ade35a65485a288648",
    "0055627c9e194cb4542bae2aa5492e3c1575bbb81b612b7d234b86a503ef5497",
    "b6c6ea8a5354eaf15b3cb7646744f4275b71ea724fed81ceb9323e279d449df9",
  ]

  private func verifiedChunks() throws -> SigV4ChunkVerifier {
    let credentials = SigV4Credentials(
      accessKeyID: "AKIAIOSFODNN7EXAMPLE", secretAccessKey: "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY")
    let verifier = SigV4Verifier(region: "us-east-1") { $0 == credentials.accessKeyID ? credentials : nil }
    let names =
      "content-encoding;content-length;host;x-amz-content-sha256;x-amz-date;"
      + "x-amz-decoded-content-length;x-amz-storage-class"
    let request = SigV4SignedRequest(
      method: "PUT", path: "/examplebucket/chunkObject.txt", query: "",
      headers: [
        SigV4Field("host", "s3.amazonaws.com"), SigV4Field("x-amz-date", "20130524T000000Z"),
        SigV4Field("x-amz-storage-class", "REDUCED_REDUNDANCY"),
        SigV4Field(
          "authorization",
          "AWS4-HMAC-SHA256 Credential=AKIAIOSFODNN7EXAMPLE/20130524/us-east-1/s3/aws4_request,"
            + "SignedHeaders=\(names),"
            + "Signature=4f232c4386841ef735655705268965c44a0e4690baa4adea153f7db9fa80a0a9"),
        SigV4Field("x-amz-content-sha256", "STREAMING-AWS4-HMAC-SHA256-PAYLOAD"),
        SigV4Field("content-encoding", "aws-chunked"), SigV4Field("x-amz-decoded-content-length", "66560"),
        SigV4Field("content-length", "66824"),
      ])
    return try verifier.verify(request, at: 1_369_353_600).chunks
  }

  private func example(letter: Unicode.Scalar = "a") -> [UInt8] {
    var body: [UInt8] = []
    for (size, signature) in zip([65_536, 1_024, 0], Self.signatures) {
      body += Array("\(String(size, radix: 16));chunk-signature=\(signature)\r\n".utf8)
      body += [UInt8](repeating: UInt8(ascii: letter), count: size) + [13, 10]
    }
    return body
  }

  @Test(arguments: [1, 7, 1_000, 100_000]) func `AWS's example is decoded from pieces of any size`(size: Int) throws {
    var payload = ChunkedPayload(verifier: try verifiedChunks(), hasTrailer: false)
    let body = example()
    var content: [UInt8] = []
    for start in stride(from: 0, to: body.count, by: size) {
      content += try payload.decode(Array(body[start..<min(start + size, body.count)]))
    }
    #expect(payload.isComplete)
    #expect(content == [UInt8](repeating: UInt8(ascii: "a"), count: 66_560))
  }

  @Test func `a chunk that was changed is refused`() throws {
    var payload = ChunkedPayload(verifier: try verifiedChunks(), hasTrailer: false)
    #expect(throws: PayloadError.chunkSignature) { try payload.decode(example(letter: "b")) }
  }

  @Test func `an unsigned body ends with its trailing fields`() throws {
    var payload = ChunkedPayload(verifier: nil, hasTrailer: true)
    let body = "4\r\nfilm\r\n1\r\ns\r\n0\r\nX-Amz-Checksum-CRC32:abc=\r\n\r\n"
    #expect(try payload.decode(Array(body.utf8)) == Array("films".utf8))
    #expect(payload.isComplete && payload.trailer == [.init("x-amz-checksum-crc32", "abc=")])
  }

  @Test(arguments: [
    "4\r\nfilms\r\n", "x\r\n", "4\nfilm", "0\r\n\r\nmore", "123456789\r\n", "-1\r\n", "+4\r\n", "\r\n",
    "0\r\nno colon\r\n\r\n",
  ])
  func `what is not a chunk is refused`(body: String) {
    var payload = ChunkedPayload(verifier: nil, hasTrailer: true)
    #expect(throws: PayloadError.malformedChunk) { try payload.decode(Array(body.utf8)) }
  }

  @Test func `a body cut short is not complete`() throws {
    var payload = ChunkedPayload(verifier: nil, hasTrailer: true)
    _ = try payload.decode(Array("4\r\nfilm\r\n0\r\n".utf8))
    #expect(!payload.isComplete)
  }
}
