internal import HTTP
package import Postgres
internal import Publication
package import Routing
package import Vocabulary

/// The schedule's part of the API.
package struct ScheduleRoutes {
  private let availability: AvailabilityStore
  private let schedule: ScheduleStore
  private let publish: Publishing
  private let announce: Announcement

  package init(_ database: PostgresPool, publish: @escaping Publishing, announce: @escaping Announcement) {
    availability = AvailabilityStore(database)
    schedule = ScheduleStore(database)
    self.publish = publish
    self.announce = announce
  }

  package var routes: [Route] { [upcoming, worldwide, windows, replaceWindows] }

  private var upcoming: Route {
    Route(
      .get, "/api/v1/schedule/upcoming", "List what opens soon in a country",
      Rules(.publicKey, caching: .shared(maxAge: .seconds(30), variesByCountry: true))
    ) { (call, query: UpcomingQuery) in
      let country = query.country ?? call.request.client.country.flatMap { CountryCode($0) }
      return try await page(
        call, for: country.map(Audience.country) ?? .everywhere, days: query.days, type: query.type, limit: query.limit)
    }
  }

  private var worldwide: Route {
    Route(
      .get, "/api/v1/schedule/worldwide", "List what opens soon everywhere",
      Rules(.publicKey, caching: .shared(maxAge: .seconds(30)))
    ) { (call, query: WorldwideQuery) in
      try await page(call, for: .everywhere, days: query.days, type: query.type, limit: query.limit)
    }
  }

  private var windows: Route {
    Route(
      .get, "/api/v1/admin/titles/{title_id}/availability", "List a title's windows",
      .adminRead(limit: .perMinute(30))
    ) { [availability] call in
      let title = try call.titleID
      return try await refusing { try await availability.windows(of: title) }
    }
  }

  private var replaceWindows: Route {
    Route(
      .put, "/api/v1/admin/titles/{title_id}/availability", "Replace a title's windows",
      .adminWrite("AVAILABILITY_UPDATE", limit: .perMinute(10), lock: "lock:admin_titles:availability:{title_id}")
    ) { [availability, publish, announce] (call, wanted: Availability) in
      let title = try call.titleID
      let change = try await refusing { try await availability.replace(title, with: wanted, publishing: publish) }
      call.outdatedTags = [CacheTag.schedule]
      call.auditDetails = ["windows": "\(wanted.windows.count)"]
      await announce(change)
      return Acknowledgement(message: "Availability updated", count: wanted.windows.count)
    }
  }

  private func page(
    _ call: Call, for audience: Audience, days: Bounded<DayBounds>?, type: TitleType?, limit: Bounded<LimitBounds>?
  ) async throws -> SchedulePage {
    let now = Timestamp.now
    let end = now + .seconds(86_400 * (days?.value ?? 30))
    let (items, total) = try await schedule.opening(
      for: audience, from: now, before: end, type: type, limit: limit?.value ?? 50)
    call.reply.tags = [CacheTag.schedule]
    // Titles come and go on the second, with no purge.
    let change = try await schedule.nextChange(for: audience, from: now, before: end, type: type)
    call.reply.freshness = change.map { $0 - now }
    return SchedulePage(items: items, total: total)
  }
}

private struct SchedulePage: Codable {
  let items: [ScheduleItem]
  let total: Int
}

private struct Acknowledgement: Codable {
  let message: String
  let count: Int
  var success = true
}

/// Turns the schedule's refusals into answers.
private func refusing<Value>(_ body: () async throws -> Value) async throws -> Value {
  do { return try await body() } catch let error as ScheduleError {
    switch error {
    case .noSuchTitle: throw Problem.noSuchTitle
    case .titleDeleted: throw Problem(.conflict, "Title is deleted; restore before changing availability")
    }
  }
}
