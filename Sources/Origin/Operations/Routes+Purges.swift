internal import HTTP
internal import Publication
package import Routing

/// What admins purge from the edges' caches.
package struct PurgeRoutes {
  private let desk: PurgeDesk

  package init(_ desk: PurgeDesk) { self.desk = desk }

  package var routes: [Route] { [order, standing] }

  /// Accepted once it is on its way to every edge: those that are away obey it before they serve what they keep.
  private var order: Route {
    Route(
      .post, "/api/v1/admin/purge", "Purge tags, URLs, prefixes or everything from all edges, hard or soft",
      .adminWrite("CACHE_PURGE", limit: .perMinute(60), lock: "lock:admin:purge"), success: .accepted
    ) { [desk] (call, order: PurgeOrder) in
      let id = "\(UUIDv4.random())"
      let notice = try order.notice(order: id)
      try await desk.send(notice, id: id)
      call.auditDetails = ["purge_id": id, "purged": notice.subjects.map(\.description).joined(separator: " ")]
      call.reply.fields.set(.location, "/api/v1/admin/purge/\(id)")
      return Ordered(purgeId: id)
    }
  }

  private var standing: Route {
    Route(
      .get, "/api/v1/admin/purge/{purge_id}", "Show which edges have obeyed a purge, and when",
      .adminRead(limit: .perMinute(120))
    ) { [desk] call in
      let standing = try await desk.standing(of: call.request["purge_id"] ?? "")
      guard let standing else { throw Problem(.notFound, "Purge not found") }
      return standing
    }
  }
}

private struct Ordered: Codable { let purgeId: String }
