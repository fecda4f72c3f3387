import Bundles
import HTTP
import LocalObjectStore
import ObjectStore
import Postgres
import Routing
import Support
import Testing
import Vocabulary

@Suite struct `Bundles, as anyone sees them` {
  @Test func `a list holds what can be had, with a weak tag of what it says`() throws {
    try BundlesFixture.run { house in
      let empty = try await house.routes.answer(.get, house.publicPath).response
      #expect(empty.text == "[]" && empty.fields.first(.etag)?.hasPrefix("W/\"") == true)
      let old = try await house.insertExpired(season: 1)
      let made = try await house.create(#"{"season_number": 2}"#)
      let (list, call) = try await house.routes.answer(.get, house.publicPath)
      #expect(!list.text.contains(old))
      #expect(
        list.text == """
          [{"expires_at":"\(made.expiresAt)","id":"\(made.id)","label":"Season 2","season_number":2,\
          "sha256":null,"size_bytes":null,"storage_key":"\(made.storageKey)","title_id":"\(house.title)"}]
          """)
      let tag = try #require(list.fields.first(.etag))
      #expect(tag.count == 36 && tag != empty.fields.first(.etag))
      #expect(call.reply.tags == ["bundles:\(house.title)", "title:\(house.title)"])
      let again = try await house.routes.answer(.get, house.publicPath).response
      #expect(again.fields.first(.etag) == tag)
      _ = try await house.routes.answer(.patch, "/api/v1/admin/bundles/\(made.id)", #"{"label": "Second"}"#)
      #expect(try await house.routes.answer(.get, house.publicPath).response.fields.first(.etag) != tag)
    }
  }

  @Test func `a list is fresh no longer than the first of its bundles`() throws {
    try BundlesFixture.run { house in
      #expect(try await house.routes.answer(.get, house.publicPath).call.reply.freshness == nil)
      for season in 1...2 { _ = try await house.create(#"{"season_number": \#(season), "ttl_days": \#(season)}"#) }
      let freshness = try #require(try await house.routes.answer(.get, house.publicPath).call.reply.freshness)
      #expect(freshness > .seconds(86_340) && freshness <= .seconds(86_400))
    }
  }

  @Test func `a list asks the store for nothing, so that it comes without it too`() throws {
    try BundlesFixture.run { house in
      let made = try await house.create(#"{"season_number": 1}"#)
      await house.store.stop(deadline: .zero)
      let list = try await house.routes.answer(.get, house.publicPath).response
      #expect(list.status == .ok && list.text.contains(made.id))
    }
  }

  @Test func `of a title that is not published there is nothing`() throws {
    try BundlesFixture.run { house in
      try await house.bucket.put("bundles/\(house.title)/S01_manifest.json", .bytes([0x7B, 0x7D]), .init("text/plain"))
      try await house.database.execute("UPDATE titles SET is_published = false")
      #expect(try await house.routes.answer(.get, house.publicPath).response.status == .notFound)
      #expect(try await house.routes.answer(.get, house.publicPath + "/1/manifest").response.status == .notFound)
      #expect(try await house.routes.answer(.get, "/api/v1/titles/none/bundles").response.status == .notFound)
      #expect(try await house.routes.answer(.get, "/api/v1/titles/a%20b/bundles").response.status == .badRequest)
    }
  }

  @Test func `a manifest's URL gives its JSON, and is given only when there is one`() throws {
    try BundlesFixture.run { house in
      let path = house.publicPath + "/1/manifest"
      let missing = try await house.routes.answer(.get, path).response
      #expect(missing.status == .notFound && missing.text.contains("Manifest not found"))
      try await house.bucket.put("bundles/\(house.title)/S01_manifest.json", .bytes([0x7B, 0x7D]), .init("text/plain"))
      let found = try await house.routes.answer(.get, path).response
      let url = try #require(try JSONDocument.decode([String: String].self, from: Array(found.text.utf8))["url"])
      #expect(url.contains("X-Amz-Expires=300&"))
      let download = try await house.curl("'\(url)'")
      #expect(download.body == "{}" && download.head.lowercased().contains("content-type: application/json"))
      for season in ["0", "1000", "one"] {
        let refused = try await house.routes.answer(.get, "\(house.publicPath)/\(season)/manifest").response
        #expect(refused.status == .unprocessableContent)
      }
      await house.store.stop(deadline: .zero)
      #expect(try await house.routes.answer(.get, path).response.status == .serviceUnavailable)
    }
  }

  @Test func `how to download is the same for every title, and names no file`() throws {
    try BundlesFixture.run { house in
      let alternatives = """
        {"bundle_list":"/titles/\(house.title)/bundles","delivery_batch":"/delivery/batch-download-urls",\
        "delivery_single":"/delivery/download-url"}
        """
      let title = try await house.routes.answer(.get, "/api/v1/titles/\(house.title)/downloads").response
      #expect(
        title.text == """
          {"alternatives":\(alternatives),"episodes":[],"policy":"bundles_only","title":[],\
          "title_id":"\(house.title)"}
          """)
      let path = "/api/v1/titles/\(house.title)/episodes/\(EpisodeID.example)/downloads"
      let episode = try await house.routes.answer(.get, path).response
      #expect(
        episode.text == """
          {"alternatives":\(alternatives),"episode_id":"\(EpisodeID.example)","items":[],"policy":"bundles_only",\
          "title_id":"\(house.title)"}
          """)
      #expect(try await house.routes.answer(.get, "/api/v1/titles/none/downloads").response.status.code == 422)
    }
  }
}
