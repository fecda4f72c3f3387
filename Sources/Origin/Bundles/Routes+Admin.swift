internal import HTTP
internal import ObjectStore
internal import Routing
internal import Signing
internal import Vocabulary

/// What editors do.
extension BundlesRoutes {
  var create: Route {
    Route(
      .post, "/api/v1/admin/titles/{title_id}/bundles", "Create a bundle, and the URL that takes its bytes",
      .adminWrite("BUNDLE_CREATE", limit: .perMinute(10), lock: "lock:bundle:create:{title_id}"), success: .created
    ) { [bundles, objects, announce, settings] (call, draft: BundleDraft) in
      let title = try call.titleID
      let days = min(draft.ttlDays?.value ?? settings.usualDays, settings.mostDays)
      let (written, upload) = try await refusing {
        try await bundles.create(draft, of: title, days: days, by: call.caller?.userId) { bundle in
          guard try await !objects.exists(bundle.storageKey) else {
            throw Problem(.conflict, "Storage key already exists in bucket")
          }
          return objects.upload(bundle)
        }
      }
      let bundle = written.bundle
      call.outdatedTags = [CacheTag.bundles(of: title)]
      call.auditDetails = ["bundle_id": bundle.id.text, "storage_key": bundle.storageKey]
      call.reply.fields.set(.location, "/api/v1/admin/bundles/\(bundle.id)")
      await announce(written.change)
      return CreatedBundle(
        id: bundle.id, bundleId: bundle.id, storageKey: bundle.storageKey, uploadUrl: upload.url,
        headers: upload.fields.reduce(into: [:]) { $0[$1.name] = $1.value }, expiresAt: bundle.expiresAt)
    }
  }

  var list: Route {
    Route(
      .get, "/api/v1/admin/titles/{title_id}/bundles", "List a title's bundles", .adminRead(limit: .perMinute(60))
    ) { [bundles] (call, query: ListQuery) in
      let title = try call.titleID
      return try await refusing { try await bundles.list(of: title, includingExpired: query.includeExpired ?? false) }
    }
  }

  var detail: Route {
    Route(
      .get, "/api/v1/admin/bundles/{bundle_id}", "Show a bundle", .adminRead(limit: .perMinute(60))
    ) { [bundles] call in
      guard let bundle = try await bundles.find(try call.bundleID) else { throw Problem.noSuchBundle }
      return bundle
    }
  }

  var change: Route {
    Route(
      .patch, "/api/v1/admin/bundles/{bundle_id}", "Change a bundle's label or its end",
      .adminWrite("BUNDLE_UPDATE", limit: .perMinute(30), lock: "lock:bundle:change:{bundle_id}")
    ) { [bundles, announce] (call, changes: BundleChanges) in
      let id = try call.bundleID
      guard let written = try await refusing({ try await bundles.change(id, changes) }) else {
        throw Problem.noSuchBundle
      }
      call.outdatedTags = [CacheTag.bundles(of: written.bundle.titleId)]
      call.auditDetails = ["expires_at": written.bundle.expiresAt.text, "label": written.bundle.label?.text ?? ""]
      await announce(written.change)
      return written.bundle
    }
  }

  var delete: Route {
    Route(
      .delete, "/api/v1/admin/bundles/{bundle_id}", "Delete a bundle; its bytes, too, if the store can be reached",
      .adminWrite("BUNDLE_DELETE", limit: .perMinute(10), lock: "lock:bundle:delete:{bundle_id}")
    ) { [bundles, objects, announce] call in
      let id = try call.bundleID
      guard let written = try await bundles.delete(id) else { throw Problem.noSuchBundle }
      call.outdatedTags = [CacheTag.bundles(of: written.bundle.titleId)]
      await announce(written.change)
      let isGone = await objects.delete(written.bundle.storageKey)
      call.auditDetails = [
        "storage_key": written.bundle.storageKey, "object": isGone ? "deleted" : "left in the store",
      ]
      return DeletedBundle(status: "DELETED", bundleId: id)
    }
  }
}

private struct CreatedBundle: Codable {
  let id: BundleID
  /// The older clients' name for the same.
  let bundleId: BundleID
  let storageKey: String
  let uploadUrl: String
  /// The PUT must carry them as they are: they are signed.
  let headers: [String: String]
  /// The bundle's end, not the upload's.
  let expiresAt: Moment
}

private struct ListQuery: Decodable {
  var includeExpired: Bool?
}

private struct DeletedBundle: Codable {
  let status: String
  let bundleId: BundleID
}

/// Turns the bundles' refusals into answers.
private func refusing<Value>(_ body: () async throws -> Value) async throws -> Value {
  do { return try await body() } catch let error as BundlesError {
    switch error {
    case .noSuchTitle: throw Problem.noSuchTitle
    case .titleDeleted: throw Problem(.conflict, "Title is deleted; restore it first")
    case .seasonTaken: throw Problem(.conflict, "Bundle for this season already exists")
    case .endsBeforeItBegan: throw Problem(.badRequest, "expires_at must be after created_at")
    }
  }
}

extension Call {
  fileprivate var bundleID: BundleID {
    get throws(Problem) {
      guard let id = request["bundle_id"].flatMap({ BundleID($0) }) else { throw .noSuchBundle }
      return id
    }
  }
}
