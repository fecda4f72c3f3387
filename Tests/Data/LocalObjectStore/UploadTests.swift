import HTTP
@testable import LocalObjectStore
import Signing
import Testing
import XML

@Suite struct `Multipart uploads` {
  private static let first = [UInt8](repeating: 1, count: 5 << 20)
  private static let last: [UInt8] = [2, 3]

  private func begin(_ client: SignedClient, fields: [SigV4Field] = []) async throws -> String {
    let answer = await client.send(.post, "film", query: [SigV4Field("uploads", "")], fields: fields)
    #expect(answer.status == 200)
    return try answer.xml().first("UploadId")!.text
  }

  private func send(_ part: [UInt8], _ number: Int, of id: String, _ client: SignedClient) async -> String {
    let query = [SigV4Field("partNumber", String(number)), SigV4Field("uploadId", id)]
    return await client.send(.put, "film", query: query, body: part).fields.first(.etag) ?? "none"
  }

  private func complete(_ id: String, _ parts: [(Int, String)], _ client: SignedClient) async -> SignedClient.Answer {
    let list = parts.map { "<Part><PartNumber>\($0.0)</PartNumber><ETag>\($0.1)</ETag></Part>" }.joined()
    let document = Array("<CompleteMultipartUpload>\(list)</CompleteMultipartUpload>".utf8)
    return await client.send(.post, "film", query: [SigV4Field("uploadId", id)], body: document)
  }

  @Test func `parts sent in any order, over a restart, become one object`() throws {
    try SignedClient.run { client in
      let id = try await begin(client, fields: [SigV4Field("content-type", "video/mp4")])
      let last = await send(Self.last, 2, of: id, client)
      try await client.restart()
      _ = await send([9], 1, of: id, client)
      let first = await send(Self.first, 1, of: id, client)
      let listed = try await client.send(.get, "film", query: [SigV4Field("uploadId", id)]).xml()
      #expect(listed.all("Part").map { $0.first("Size")?.text } == ["5242880", "2"])
      let done = try await complete(id, [(1, first), (2, last)], client).xml()
      #expect(done.first("ETag")?.text.hasSuffix("-2\"") == true)
      let got = await client.send(.get, "film")
      #expect(got.body == Self.first + Self.last && got.fields.first(.contentType) == "video/mp4")
      #expect(await complete(id, [(1, first)], client).errorCode == "NoSuchUpload")
      #expect(Folder.names(in: "\(client.path)/uploads").isEmpty)
    }
  }

  @Test func `a wrong list of parts is refused, and the upload stays`() throws {
    try SignedClient.run { client in
      let id = try await begin(client)
      let small = await send(Self.last, 1, of: id, client)
      let last = await send(Self.last, 2, of: id, client)
      #expect(await complete(id, [(1, small), (2, last)], client).errorCode == "EntityTooSmall")
      #expect(await complete(id, [(2, last), (1, small)], client).errorCode == "InvalidPartOrder")
      #expect(await complete(id, [(1, "other")], client).errorCode == "InvalidPart")
      #expect(await complete(id, [(3, last)], client).errorCode == "InvalidPart")
      #expect(await complete(id, [], client).errorCode == "MalformedXML")
      #expect(await complete(id, [(2, last)], client).status == 200)
    }
  }

  @Test func `an upload opens no other key, and ends when it is aborted or too old`() throws {
    try SignedClient.run { client in
      let id = try await begin(client)
      let query = [SigV4Field("uploadId", id)]
      #expect(await client.send(.delete, "other", query: query).errorCode == "NoSuchUpload")
      let foreign = [SigV4Field("uploadId", "../objects"), SigV4Field("partNumber", "1")]
      #expect(await client.send(.put, "film", query: foreign, body: [1]).errorCode == "NoSuchUpload")
      #expect(await client.send(.delete, "film", query: query).status == 204)
      #expect(await client.send(.delete, "film", query: query).errorCode == "NoSuchUpload")

      let old = try await begin(client)
      await client.service.holdings.sweepUploads(olderThan: .seconds(60))
      #expect(client.service.holdings.uploads[old] != nil)
      await client.service.holdings.sweepUploads(olderThan: .seconds(-60))
      #expect(client.service.holdings.uploads.isEmpty)
      #expect(Folder.names(in: "\(client.path)/uploads").isEmpty)
    }
  }
}
