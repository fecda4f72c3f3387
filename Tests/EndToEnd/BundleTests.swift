import HTTP
import ObjectStore
import Signing
import Support
import Testing

/// A bundle's way through the real processes, from its editor to a player.
@Suite struct `A bundle` {
  private let bytes = Array("PK a season".utf8)

  @Test(arguments: Store.allCases)
  func `is uploaded once, listed, bought with a token and downloaded`(_ store: Store) throws {
    try Stage.run { stage in
      var plan = Deployment.Plan()
      if store == .radosgw { plan.objects = ObjectServer.radosgw }
      let house = try await Deployment(on: stage, plan)
      let editor = try await house.editor()
      let title = try await house.publishTitle("sintel", as: editor)
      let empty = try await house.edge.get("/api/v1/titles/\(title)/bundles")
      #expect(empty.status == 200 && empty.text == "[]")

      let digest = SHA256.hash(bytes).hex
      let made = try await house.createBundle(
        "{\"season_number\":1,\"size_bytes\":\(bytes.count),\"sha256\":\"\(digest)\"}", of: title, as: editor)
      let key = try #require(made["storage_key"])
      #expect(made.status == 201 && key == "bundles/\(title)/S01.zip" && made["id"] == made["bundle_id"])
      #expect(try await house.createBundle("{\"season_number\":1}", of: title, as: editor).status == 409)
      #expect(try await house.upload(Array("PK another".utf8), to: made) != 200)
      #expect(try await house.upload(bytes, to: made) == 200)
      #expect(try await house.upload(bytes, to: made) == 412)

      let list = try await house.edge.get("/api/v1/titles/\(title)/bundles")
      #expect(list["0.storage_key"] == key && list["0.sha256"] == digest && list["0.label"] == "Season 1")
      let tag = try #require(list.fields.first(.etag))
      let again = try await house.edge.get("/api/v1/titles/\(title)/bundles", fields: [(.ifNoneMatch, tag)])
      #expect(tag.hasPrefix("W/\"") && again.status == 304 && again.body.isEmpty)

      let minted = try await house.edge.post(
        "/api/v1/delivery/mint-token", "{\"storage_key\":\"\(key)\"}", token: editor)
      let token = try #require(minted["token"])
      let granted = try await house.issue(key, token: token, route: "bundle-url")
      #expect(try await house.fetch(granted["url"] ?? "").body == bytes)
      #expect(try await house.issue(key, token: token, route: "bundle-url").status == 404)
      let refused = try await house.edge.post(
        "/api/v1/delivery/mint-token", "{\"storage_key\":\"images/poster.png\"}", token: editor)
      #expect(refused.status == 403 && refused["rule"] == "keys/allowed-keys")
    }
  }

  @Test
  func `is neither made nor found missing where the store refuses us: that is a 503`() throws {
    try Stage.run { stage in
      let wrong = ["AWS_SECRET_ACCESS_KEY": "another secret than the store's"]
      let house = try await Deployment(on: stage, .init(originSettings: wrong))
      let editor = try await house.editor()
      let title = try await house.publishTitle("sintel", as: editor)
      #expect(try await house.createBundle("{\"season_number\":1}", of: title, as: editor).status == 503)
      #expect(try await house.edge.get("/api/v1/titles/\(title)/bundles/1/manifest").status == 503)
      #expect(try await house.edge.get("/api/v1/titles/\(title)/bundles").text == "[]")
    }
  }

  @Test
  func `is encrypted by the store as the origin's settings ask, though another uploads it`() throws {
    try Stage.run { stage in
      var plan = Deployment.Plan(originSettings: ["AWS_SSE_MODE": "aws:kms", "AWS_KMS_KEY_ID": "testkey-1"])
      plan.objects = ObjectServer.radosgw
      let house = try await Deployment(on: stage, plan)
      let editor = try await house.editor()
      let title = try await house.publishTitle("sintel", as: editor)
      let made = try await house.createBundle("{\"season_number\":1}", of: title, as: editor)
      #expect(try await house.upload(bytes, to: made) == 200)
      let head = try await house.objects.bucket.head(try #require(made["storage_key"]))
      #expect(head.encryption == "aws:kms")
    }
  }
}
