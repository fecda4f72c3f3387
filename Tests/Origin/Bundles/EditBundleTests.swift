import Bundles
import HTTP
import LocalObjectStore
import ObjectStore
import Postgres
import Publication
import Routing
import Support
import Testing

@Suite struct `Editing a bundle` {
  @Test func `a list hides what has expired unless asked`() throws {
    try BundlesFixture.run { house in
      let old = try await house.insertExpired(season: 1)
      let made = try await house.create(#"{"season_number": 2}"#)
      let list = try await house.routes.answer(.get, house.adminPath).response.text
      #expect(list.contains(made.id) && !list.contains(old))
      let whole = try await house.routes.answer(.get, house.adminPath + "?include_expired=true").response.text
      #expect(whole.contains(made.id) && whole.contains(old))
    }
  }

  @Test func `its label and its end change, and edges follow the end`() throws {
    try BundlesFixture.run { house in
      let made = try await house.create(#"{"season_number": 2}"#)
      let path = "/api/v1/admin/bundles/\(made.id)"
      let (changed, call) = try await house.routes.answer(
        .patch, path, #"{"label": "The second", "expires_at": "2099-01-01T00:00:00Z"}"#)
      #expect(changed.text.contains(#""label":"The second""#))
      #expect(changed.text.contains(#""expires_at":"2099-01-01T00:00:00Z""#))
      #expect(call.outdatedTags == ["bundles:\(house.title)"])
      #expect(house.log.announced.last?.kind == .expiry(key: made.storageKey, at: 4_070_908_800))

      let cleared = try await house.routes.answer(.patch, path, #"{"label": ""}"#).response
      #expect(cleared.text.contains(#""label":null"#) && cleared.text.contains("2099"))
      let kept = try await house.routes.answer(.patch, path, "{}").response
      #expect(kept.status == .ok && kept.text.contains("2099"))
    }
  }

  @Test func `it cannot end before it began`() throws {
    try BundlesFixture.run { house in
      let made = try await house.create(#"{"season_number": 2}"#)
      let path = "/api/v1/admin/bundles/\(made.id)"
      let refused = try await house.routes.answer(.patch, path, #"{"expires_at": "2020-01-01T00:00:00Z"}"#).response
      #expect(refused.status == .badRequest && refused.text.contains("expires_at must be after created_at"))
      #expect(try await house.routes.answer(.patch, path, #"{"expires_at": "soon"}"#).response.status.code == 422)
      #expect(house.log.announced.count == 1)
    }
  }

  @Test func `deleted, it and its object are gone, its key has ended, and its season is free`() throws {
    try BundlesFixture.run { house in
      let made = try await house.create(#"{"season_number": 2}"#)
      #expect(try await house.upload([1, 2, 3], to: made) == "200")
      let path = "/api/v1/admin/bundles/\(made.id)"
      let (deleted, call) = try await house.routes.answer(.delete, path)
      #expect(deleted.text == #"{"bundle_id":"\#(made.id)","status":"DELETED"}"#)
      #expect(call.auditDetails["object"] == "deleted")
      await #expect(throws: ObjectStoreError.notFound) { try await house.bucket.head(made.storageKey) }
      #expect(try await house.routes.answer(.get, path).response.status == .notFound)
      #expect(try await house.routes.answer(.delete, path).response.status == .notFound)
      #expect(try await house.routes.answer(.patch, path, "{}").response.status == .notFound)
      let end = try #require(try await BundleStore.published(in: house.database)[made.storageKey])
      #expect(end <= Timestamp.now.epochSeconds)
      #expect(house.log.announced.last?.kind == .expiry(key: made.storageKey, at: end))

      let again = try await house.create(#"{"season_number": 2}"#)
      let ends = try await BundleStore.published(in: house.database)
      #expect(ends == [again.storageKey: Timestamp(iso8601: again.expiresAt)?.epochSeconds ?? 0])
    }
  }

  @Test func `with the store away the bundle goes, and its key has ended though the object stays`() throws {
    try BundlesFixture.run { house in
      let made = try await house.create(#"{"season_number": 2}"#)
      await house.store.stop(deadline: .zero)
      let (deleted, call) = try await house.routes.answer(.delete, "/api/v1/admin/bundles/\(made.id)")
      #expect(deleted.status == .ok && call.auditDetails["object"] == "left in the store")
      #expect(try await house.routes.answer(.get, house.adminPath).response.text == "[]")
      #expect(try await BundleStore.published(in: house.database).keys.contains(made.storageKey))
    }
  }

  @Test func `every route of editors is guarded, limited and never stored, and every write audited and locked`() throws
  {
    try BundlesFixture.run { house in
      let admin = house.declared.filter { $0.pattern.contains("/admin/") }
      #expect(admin.count == 5)
      for route in admin {
        #expect(route.rules.access == .admin && route.rules.limit != nil && route.rules.caching == .noStore)
        guard route.method != .get else { continue }
        #expect(route.rules.audit != nil && route.rules.lock != nil && route.rules.idempotency == .seconds(600))
      }
    }
  }
}
