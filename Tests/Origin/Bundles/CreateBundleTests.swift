import Bundles
import HTTP
import LocalObjectStore
import Loop
import ObjectStore
import Postgres
import Publication
import Routing
import Signing
import Support
import Testing
import Vocabulary

@Suite struct `Creating a bundle` {
  @Test func `gives a key, a label, an end and a URL that takes the bytes once`() throws {
    try BundlesFixture.run { house in
      let (answer, call) = try await house.routes.answer(.post, house.adminPath, #"{"season_number": 2}"#)
      let made = try JSONDocument.decode(BundlesFixture.Created.self, from: Array(answer.text.utf8))
      #expect(answer.status == .created && made.id == made.bundleId)
      #expect(answer.fields.first(.location) == "/api/v1/admin/bundles/\(made.id)")
      #expect(made.storageKey == "bundles/\(house.title)/S02.zip")
      #expect(made.headers == ["content-type": "application/zip", "if-none-match": "*"])
      #expect(call.auditDetails["storage_key"] == made.storageKey)
      #expect(call.outdatedTags == ["bundles:\(house.title)"])

      let bytes = Array("PK film".utf8)
      #expect(try await house.upload(bytes, to: made, without: "if-none-match") != "200")
      #expect(try await house.upload(bytes, to: made) == "200")
      #expect(try await house.upload(Array("other".utf8), to: made) == "412")
      let stored = try await house.bucket.head(made.storageKey)
      #expect(stored.size == bytes.count && stored.contentType == "application/zip")

      let shown = try await house.routes.answer(.get, "/api/v1/admin/bundles/\(made.id)").response.text
      #expect(shown.contains(#""label":"Season 2""#) && shown.contains(#""season_number":2"#))
      #expect(shown.contains(#""size_bytes":null"#) && shown.contains(#""created_by_id":null"#))
    }
  }

  @Test func `with a size and a digest, the store accepts no other bytes`() throws {
    try BundlesFixture.run { house in
      let bytes = Array("PK film".utf8)
      let digest = SHA256.hash(bytes).hex
      let made = try await house.create(
        #"{"season_number": 1, "size_bytes": \#(bytes.count), "sha256": "\#(digest.uppercased())"}"#)
      #expect(made.headers["content-length"] == "7")
      #expect(try await house.upload(Array("PK other film".utf8), to: made) != "200")
      #expect(try await house.upload(Array("PK fi1m".utf8), to: made) == "400")
      #expect(try await house.upload(bytes, to: made) == "200")
      let shown = try await house.routes.answer(.get, house.publicPath).response.text
      #expect(shown.contains(#""size_bytes":7"#) && shown.contains(digest))
    }
  }

  @Test func `a size beyond 32 bits is kept`() throws {
    try BundlesFixture.run { house in
      _ = try await house.create(#"{"season_number": 1, "size_bytes": 5000000000}"#)
      let list = try await house.routes.answer(.get, house.adminPath).response.text
      #expect(list.contains(#""size_bytes":5000000000"#))
    }
  }

  @Test func `without a season has a key of its own each time`() throws {
    try BundlesFixture.run { house in
      let first = try await house.create(#"{"label": "Extras"}"#)
      let second = try await house.create(#"{"episode_ids": ["0E6A7C15-93D4-4F1E-8A0B-5D2C9F4E7B31"]}"#)
      #expect(first.storageKey.hasPrefix("bundles/\(house.title)/bundle_") && first.storageKey != second.storageKey)
      #expect(first.storageKey.count == "bundles/\(house.title)/bundle_.zip".count + 12)
      let shown = try await house.routes.answer(.get, "/api/v1/admin/bundles/\(second.id)").response.text
      #expect(shown.contains(#"["0e6a7c15-93d4-4f1e-8a0b-5d2c9f4e7b31"]"#) && shown.contains(#""label":null"#))
    }
  }

  @Test(arguments: [(nil, 14), (1, 1), (60, 60), (61, 60), (36_500, 60)])
  func `the end is two weeks away unless said otherwise, and never beyond the limit`(asked: Int?, days: Int64) throws {
    try BundlesFixture.run { house in
      let before = Timestamp.now
      let made = try await house.create(#"{"season_number": 1\#(asked.map { ", \"ttl_days\": \($0)" } ?? "")}"#)
      let end = try #require(Timestamp(iso8601: made.expiresAt))
      let expected = before + .seconds(days * 86_400)
      #expect(end >= expected && end < expected + .seconds(60))
      #expect(house.log.announced.map(\.kind) == [.expiry(key: made.storageKey, at: end.epochSeconds)])
    }
  }

  @Test func `the same season again is a conflict, and of two at once one wins`() throws {
    try BundlesFixture.run { house in
      let statuses = await concurrently(2, on: .current) { _ in
        try? await house.routes.answer(.post, house.adminPath, #"{"season_number": 7}"#).response.status.code
      }
      #expect(statuses.compactMap { $0 }.sorted() == [201, 409])
      let again = try await house.routes.answer(.post, house.adminPath, #"{"season_number": 7}"#).response
      #expect(again.status == .conflict && again.text.contains("Bundle for this season already exists"))
      #expect(house.log.announced.count == 1)
    }
  }

  @Test func `an object that is there already is a conflict, and leaves no bundle`() throws {
    try BundlesFixture.run { house in
      try await house.bucket.put("bundles/\(house.title)/S03.zip", .bytes([1]), .init("application/zip"))
      let refused = try await house.routes.answer(.post, house.adminPath, #"{"season_number": 3}"#).response
      #expect(refused.status == .conflict && refused.text.contains("Storage key already exists in bucket"))
      #expect(try await house.routes.answer(.get, house.adminPath).response.text == "[]")
      #expect(house.log.published.isEmpty)
    }
  }

  @Test func `with the store away it is a 503, and leaves no bundle`() throws {
    try BundlesFixture.run { house in
      await house.store.stop(deadline: .zero)
      let refused = try await house.routes.answer(.post, house.adminPath, #"{"season_number": 3}"#).response
      #expect(refused.status == .serviceUnavailable && refused.fields.contains(.retryAfter))
      #expect(try await house.routes.answer(.get, house.adminPath).response.text == "[]")
      #expect(house.log.published.isEmpty)
    }
  }

  @Test(arguments: [
    #"{"season_number": -1}"#, #"{"season_number": 1000}"#, #"{"ttl_days": 0}"#, #"{"sha256": "abc"}"#,
    #"{"size_bytes": 5368709121}"#, #"{"episode_ids": ["1"]}"#, #"{"label": "a\nb"}"#,
    #"{"label": "\#(String(repeating: "l", count: 129))"}"#,
  ])
  func `what no bundle can be is refused`(body: String) throws {
    try BundlesFixture.run { house in
      let answer = try await house.routes.answer(.post, house.adminPath, body).response
      #expect(answer.status == .unprocessableContent)
    }
  }

  @Test func `of no title, or a deleted one, there is none`() throws {
    try BundlesFixture.run { house in
      for path in ["/api/v1/admin/titles/\(TitleID.example)/bundles", "/api/v1/admin/titles/none/bundles"] {
        #expect(try await house.routes.answer(.post, path, "{}").response.status == .notFound)
        #expect(try await house.routes.answer(.get, path).response.status == .notFound)
      }
      try await house.database.execute("UPDATE titles SET deleted_at = now()")
      #expect(try await house.routes.answer(.post, house.adminPath, "{}").response.status == .conflict)
    }
  }
}
