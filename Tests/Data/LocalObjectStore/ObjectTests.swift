import HTTP
@testable import LocalObjectStore
import Signing
import Testing
import XML

@Suite struct `Objects of the local store` {
  @Test func `what is put is got, with its type, its metadata and its tag`() throws {
    try SignedClient.run { client in
      let fields = [SigV4Field("content-type", "video/mp4"), SigV4Field("x-amz-meta-title", "Nosferatu")]
      let put = await client.send(.put, "bundles/a.zip", fields: fields, body: Array("film".utf8))
      #expect(put.status == 200 && put.fields.first(.etag) == "\"bdbd6db1d8cc09a957e86180fda9442a\"")
      let got = await client.send(.get, "bundles/a.zip")
      #expect(got.status == 200 && got.text == "film")
      #expect(got.fields.first(.contentType) == "video/mp4" && got.fields.first("x-amz-meta-title") == "Nosferatu")
      #expect(got.fields.first(.etag) == put.fields.first(.etag))
      let head = await client.send(.head, "bundles/a.zip")
      #expect(head.status == 200 && head.body.isEmpty)
      #expect(await client.send(.delete, "bundles/a.zip").status == 204)
      #expect(await client.send(.get, "bundles/a.zip").errorCode == "NoSuchKey")
      #expect(await client.send(.delete, "bundles/a.zip").status == 204)
    }
  }

  @Test func `awkward keys are objects of their own, also after a restart`() throws {
    try SignedClient.run { client in
      for key in `The store's files`.awkwardKeys {
        #expect(await client.send(.put, key, body: Array("at \(key)".utf8)).status == 200)
      }
      try await client.restart()
      for key in `The store's files`.awkwardKeys {
        #expect(await client.send(.get, key).body == Array("at \(key)".utf8))
      }
      let query = [SigV4Field("list-type", "2"), SigV4Field("encoding-type", "url")]
      let list = try await client.send(.get, nil, query: query).xml()
      let listed = list.all("Contents").map { $0.first("Key")!.text }
      let expected = `The store's files`.awkwardKeys.compactMap { ObjectKey($0) }.sorted()
      #expect(listed == expected.map { HTTP.PercentEncoding.encode($0.text, keepingSlash: true) })
      #expect(await client.send(.put, String(repeating: "k", count: 1_025)).errorCode == "KeyTooLongError")
    }
  }

  @Test func `only the first of two writes with If-None-Match succeeds`() throws {
    try SignedClient.run { client in
      let condition = [SigV4Field("if-none-match", "*")]
      #expect(await client.send(.put, "a", fields: condition, body: [1]).status == 200)
      #expect(await client.send(.put, "a", fields: condition, body: [2]).errorCode == "PreconditionFailed")
      #expect(await client.send(.get, "a").body == [1])
      #expect(await client.send(.put, "a", body: [3]).status == 200)
      #expect(await client.send(.get, "a").body == [3])
    }
  }

  @Test func `a body that is not what was announced leaves the old object`() throws {
    try SignedClient.run { client in
      #expect(await client.send(.put, "a", body: [1]).status == 200)
      let wrong = [SigV4Field("content-md5", Base64.standard.encode(MD5.hash("other")))]
      #expect(await client.send(.put, "a", fields: wrong, body: [2]).errorCode == "BadDigest")
      let checksum = [SigV4Field("x-amz-checksum-crc32", "AAAAAA==")]
      #expect(await client.send(.put, "a", fields: checksum, body: [2]).errorCode == "BadDigest")
      #expect(await client.send(.get, "a").body == [1])
      #expect(Folder.names(in: "\(client.path)/staged").isEmpty)
    }
  }

  @Test func `a chunked body with a trailing checksum is stored decoded`() throws {
    try SignedClient.run { client in
      let fields = [
        SigV4Field("x-amz-content-sha256", "STREAMING-UNSIGNED-PAYLOAD-TRAILER"),
        SigV4Field("content-encoding", "aws-chunked"), SigV4Field("x-amz-decoded-content-length", "9"),
      ]
      let body = Array("9\r\n123456789\r\n0\r\nx-amz-checksum-crc32:y/Q5Jg==\r\n\r\n".utf8)
      let put = await client.send(.put, target: client.presign(.put, "a", fields: fields), fields, body)
      #expect(put.status == 200)
      let got = await client.send(.get, "a")
      #expect(got.text == "123456789" && !got.fields.contains(.contentEncoding))
    }
  }

  @Test func `a presigned URL may say with which fields it is answered`() throws {
    try SignedClient.run { client in
      #expect(await client.send(.put, "a", body: [1]).status == 200)
      let query = [SigV4Field("response-content-disposition", "attachment; filename=\"a b.zip\"")]
      let got = await client.send(.get, target: client.presign(.get, "a", query: query))
      #expect(got.status == 200)
      #expect(got.fields.first(.contentDisposition) == "attachment; filename=\"a b.zip\"")
    }
  }

  @Test func `what we do not do is refused, not ignored`() throws {
    try SignedClient.run { client in
      let encryption = [SigV4Field("x-amz-server-side-encryption", "AES256")]
      #expect(await client.send(.put, "a", fields: encryption).errorCode == "NotImplemented")
      #expect(await client.send(.get, "a", query: [SigV4Field("acl", "")]).errorCode == "NotImplemented")
      #expect(await client.send(.patch, "a").errorCode == "MethodNotAllowed")
    }
  }
}

@Suite struct `Reading a part of an object, or only when it changed` {
  @Test(arguments: [
    ("bytes=2-4", "cde", "bytes 2-4/10"), ("bytes=7-", "hij", "bytes 7-9/10"), ("bytes=-2", "ij", "bytes 8-9/10"),
    ("bytes=8-100", "ij", "bytes 8-9/10"),
  ])
  func `a range gives its bytes`(range: String, bytes: String, contentRange: String) throws {
    try SignedClient.run { client in
      #expect(await client.send(.put, "a", body: Array("abcdefghij".utf8)).status == 200)
      let got = await client.send(.get, "a", fields: [SigV4Field("range", range)])
      #expect(got.status == 206 && got.text == bytes && got.fields.first(.contentRange) == contentRange)
    }
  }

  @Test func `conditions decide between the object, 304 and 412`() throws {
    try SignedClient.run { client in
      let put = await client.send(.put, "a", body: Array("abc".utf8))
      let tag = try #require(put.fields.first(.etag))
      func status(_ name: String, _ value: String) async -> UInt16 {
        await client.send(.get, "a", fields: [SigV4Field(name, value)]).status
      }
      #expect(await status("if-none-match", tag) == 304)
      #expect(await status("if-none-match", "\"other\"") == 200)
      #expect(await status("if-match", tag) == 200)
      #expect(await status("if-match", "\"other\"") == 412)
      #expect(await status("if-modified-since", "Fri, 01 Jan 2100 00:00:00 GMT") == 304)
      #expect(await status("if-unmodified-since", "Thu, 01 Jan 1970 00:00:00 GMT") == 412)
      #expect(await status("range", "bytes=3-") == 416)
    }
  }
}
