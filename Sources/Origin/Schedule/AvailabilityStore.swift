package import Postgres
package import Publication
internal import Routing
package import Vocabulary

/// Why a title's windows cannot be changed.
package enum ScheduleError: Error, Equatable {
  case noSuchTitle
  case titleDeleted
}

/// The windows of titles, as editors set them.
package struct AvailabilityStore {
  private let database: PostgresPool

  package init(_ database: PostgresPool) { self.database = database }

  /// By their start.
  package func windows(of title: TitleID) async throws -> [ScheduledWindow] {
    let rows = try await database.query(
      """
      SELECT t.id IS NOT NULL AS exists, \(ScheduledWindow.columns)
      FROM titles t LEFT JOIN availability_windows w ON w.title_id = t.id
      WHERE t.id = \(title) ORDER BY w.window_start, w.id
      """)
    if rows.isEmpty { throw ScheduleError.noSuchTitle }
    // A title without windows is one row that holds nothing of a window.
    return try rows.filter { try $0.get("id", as: String?.self) != nil }.map(ScheduledWindow.init(row:))
  }

  /// All windows of all titles: the schedule's part of what edges decide from.
  package static func published(in session: any PostgresSession) async throws -> [String: [AvailabilityWindow]] {
    let rows = try await session.query(
      """
      SELECT w.title_id, \(AvailabilityWindow.columns) FROM availability_windows w
      WHERE \(AvailabilityWindow.isSeen) ORDER BY w.window_start, w.id
      """)
    return try rows.reduce(into: [:]) { windows, row in
      windows[try row.get("title_id"), default: []].append(try AvailabilityWindow(row: row))
    }
  }

  /// All windows of the title give way to these. Returns the change that edges follow.
  package func replace(
    _ title: TitleID, with availability: Availability, publishing: Publishing
  ) async throws -> PublicationChange {
    let windows = availability.windows
    let rights = try windows.map { window -> String? in
      try window.rights.map { String(decoding: try JSONDocument.encode($0), as: UTF8.self) }
    }
    return try await database.transaction { transaction in
      // The lock makes two writers take turns.
      let titles = try await transaction.query(
        "SELECT deleted_at IS NOT NULL AS is_deleted FROM titles WHERE id = \(title) FOR UPDATE")
      guard let found = titles.first else { throw ScheduleError.noSuchTitle }
      if try found.get("is_deleted") { throw ScheduleError.titleDeleted }
      try await transaction.execute("DELETE FROM availability_windows WHERE title_id = \(title)")
      // Arrays of arrays must be rectangular, so lists travel as the texts of arrays.
      try await transaction.execute(
        """
        INSERT INTO availability_windows (
          title_id, window_start, window_end, territory_mode, countries, distribution, device_classes, rights)
        SELECT \(title), w.window_start, w.window_end, w.mode, w.countries::text[], w.distribution::text[],
          w.device_classes::text[], w.rights::jsonb
        FROM unnest(
          \(windows.map(\.start))::timestamptz[], \(windows.map(\.end))::timestamptz[],
          \(windows.map(\.territory.mode))::text[], \(windows.map(\.territory.countries.postgresText))::text[],
          \(windows.map { Self.literal($0.distribution) })::text[],
          \(windows.map { Self.literal($0.deviceClasses) })::text[], \(rights)::text[]
        ) AS w (window_start, window_end, mode, countries, distribution, device_classes, rights)
        """)
      let published = try await transaction.query(
        """
        SELECT \(AvailabilityWindow.columns) FROM availability_windows w
        WHERE w.title_id = \(title) AND \(AvailabilityWindow.isSeen) ORDER BY w.window_start, w.id
        """)
      let kind = PublicationChange.Kind.availability(
        title: title.text, windows: try published.map(AvailabilityWindow.init(row:)))
      return try await publishing(kind, transaction)
    }
  }

  private static func literal<Choice: RawRepresentable<String>>(_ choices: Set<Choice>) -> String? {
    choices.map(\.rawValue).sorted().postgresText
  }
}
