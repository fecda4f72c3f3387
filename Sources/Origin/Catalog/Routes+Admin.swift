internal import HTTP
internal import Routing
internal import Vocabulary

/// What editors do.
extension CatalogRoutes {
  var list: Route {
    Route(
      .get, "/api/v1/admin/titles", "List all titles", .adminRead(limit: .perMinute(30))
    ) { [titles] (call, query: AdminTitleQuery) in
      let (page, total) = try await titles.list(query)
      call.reply.fields.set(.xTotalCount, "\(total)")
      return page
    }
  }

  var create: Route {
    Route(
      .post, "/api/v1/admin/titles", "Create a title, unpublished",
      .adminWrite("TITLE_CREATE", limit: .perMinute(10), lock: "lock:admin_titles:create"), success: .created
    ) { [titles] (call, draft: TitleDraft) in
      let title = try await refusing { try await titles.create(draft) }
      call.reply.fields.set(.location, "/api/v1/admin/titles/\(title.id)")
      call.auditDetails = ["title_id": title.id.text, "slug": title.slug.text]
      return title
    }
  }

  var detail: Route {
    Route(
      .get, "/api/v1/admin/titles/{title_id}", "Show a title", .adminRead(limit: .perMinute(30))
    ) { [titles] call in
      guard let title = try await titles.find(try call.titleID) else { throw Problem.noSuchTitle }
      return title
    }
  }

  var change: Route {
    Route(
      .patch, "/api/v1/admin/titles/{title_id}", "Change a title",
      .adminWrite("TITLE_UPDATE", limit: .perMinute(10), lock: "lock:admin_titles:patch:{title_id}")
    ) { [titles] (call, changes: TitleChanges) in
      let id = try call.titleID
      guard !changes.assignments.isEmpty else { throw Problem(.badRequest, "No changes provided") }
      guard let title = try await refusing({ try await titles.change(id, changes) }) else { throw Problem.noSuchTitle }
      call.outdatedTags = CacheTag.all(of: id)
      return title
    }
  }

  var publish: Route {
    action(
      "publish", "Show a title to everyone", audit: "TITLE_PUBLISH", done: "Title published", idle: "Already published"
    ) {
      try await $0.setPublished(true, $1)
    }
  }

  var unpublish: Route {
    action(
      "unpublish", "Hide a title", audit: "TITLE_UNPUBLISH", done: "Title unpublished", idle: "Already unpublished"
    ) { try await $0.setPublished(false, $1) }
  }

  var softDelete: Route {
    action(
      "soft-delete", "Delete a title so that it can be restored", audit: "TITLE_DELETE", done: "Title deleted",
      idle: "Already deleted"
    ) { try await $0.setDeleted(true, $1) }
  }

  var restore: Route {
    action("restore", "Restore a deleted title", audit: "TITLE_RESTORE", done: "Title restored", idle: "Already active")
    {
      try await $0.setDeleted(false, $1)
    }
  }

  /// A change without input that may be repeated.
  /// - change: nil when there is no such title.
  private func action(
    _ name: String, _ summary: String, audit: String, done: String, idle: String,
    _ change: @escaping (TitleStore, TitleID) async throws -> TitleStore.Effect?
  ) -> Route {
    // Lock names spell words with underscores: `soft_delete`.
    let word = String(name.map { $0 == "-" ? "_" : $0 })
    return Route(
      .post, "/api/v1/admin/titles/{title_id}/\(name)", summary,
      .adminWrite(audit, limit: .perMinute(5), lock: "lock:admin_titles:\(word):{title_id}")
    ) { [titles, announce] call in
      let id = try call.titleID
      guard let effect = try await refusing({ try await change(titles, id) }) else { throw Problem.noSuchTitle }
      if effect.hasChanged { call.outdatedTags = CacheTag.all(of: id) }
      if let change = effect.change { await announce(change) }
      return Acknowledgement(message: effect.hasChanged ? done : idle)
    }
  }
}

private struct Acknowledgement: Codable {
  let message: String
  var success = true
}

/// Turns the catalogue's refusals into answers.
private func refusing<Value>(_ body: () async throws -> Value) async throws -> Value {
  do { return try await body() } catch let error as CatalogError { throw error.problem }
}
