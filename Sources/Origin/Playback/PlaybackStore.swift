internal import JSON
package import Postgres
package import Redis

/// Playback sessions in the database, each the sum of its events.
package struct PlaybackStore {
  private let database: PostgresPool

  package init(_ database: PostgresPool) { self.database = database }

  /// Adds the events to their sessions, all of them or none, and each of them once however often it is given. Returns
  /// when that is on disk, whatever the server's default: what is counted is then taken from Redis.
  package func count(_ entries: some Collection<StreamEntry>) async throws {
    let document = Self.document(entries)
    try await database.transaction { transaction in
      try await transaction.execute("SET LOCAL synchronous_commit TO on")
      try await transaction.execute(Self.counting(document))
    }
  }

  /// Nil for a session whose start has not arrived.
  package func summary(of id: String) async throws -> SessionSummary? {
    try await database.query(
      """
      SELECT \(SessionSummary.columns) FROM playback_sessions
      WHERE id = \(id) AND title_id IS NOT NULL
      """
    ).first.map(SessionSummary.init(row:))
  }

  /// Forgets the names of events that Redis cannot deliver again: those before `place`, the oldest that is delivered
  /// and not acknowledged. The minutes are for a consumer that still holds such an event, acknowledged by another.
  package func forgetEvents(before place: Int64) async throws(PostgresError) {
    try await database.execute(
      """
      DELETE FROM playback_counted_events WHERE counted_at < now() - interval '10 minutes' AND place < \(place)
      """)
  }
}

/// The statement that counts, and its parts.
extension PlaybackStore {
  private static func counting(_ document: JSONText) -> SQL {
    """
    WITH event AS (
      SELECT DISTINCT ON (event) * FROM jsonb_to_recordset(\(document)::jsonb) AS e (\(members)) ORDER BY event
    ), new AS (
      INSERT INTO playback_counted_events (event, place) SELECT event, place FROM event
      ON CONFLICT (event) DO NOTHING RETURNING event
    ), told AS (SELECT \(told) FROM event JOIN new USING (event))
    INSERT INTO playback_sessions AS s (
      id, created_at, updated_at, last_event, event_count, \(list(sums)), \(list(facts)))
    SELECT id, min(at), max(at), max(place), count(*), \(each(sums, total)), \(each(facts, newest))
    FROM told GROUP BY id ORDER BY id
    ON CONFLICT (id) DO UPDATE SET
      created_at = least(s.created_at, excluded.created_at), updated_at = greatest(s.updated_at, excluded.updated_at),
      last_event = greatest(s.last_event, excluded.last_event), event_count = s.event_count + excluded.event_count,
      \(each(sums, sum)), \(each(facts, newer))
    """
  }

  /// An event's members, as the edges name them.
  private static let members: SQL = """
    event text, session text, kind text, at bigint, place bigint, title_id text, user_id text, anon_id text,
    quality text, playback_type text, device text, network text, ip text, ip_hash text, user_agent text,
    user_agent_hash text, position_sec float8, target_sec float8, duration_sec float8, playing boolean,
    bitrate_kbps integer, dropped_frames bigint, stall_count bigint, rebuffer_duration_ms bigint, cdn_node text,
    buffered_sec float8, volume float8, muted boolean, fullscreen boolean, width integer, height integer,
    last_error text, fatal boolean, watched_sec float8
    """

  /// The same in the columns of a session.
  private static let told: SQL = """
    session AS id, to_timestamp(at / 1000.0) AS at, place, title_id, user_id, anon_id, quality, playback_type,
    device::jsonb AS device, network::jsonb AS network, ip, ip_hash, user_agent, user_agent_hash,
    coalesce(target_sec, position_sec) AS last_position_sec, duration_sec, bitrate_kbps AS last_bitrate_kbps, cdn_node,
    nullif(jsonb_strip_nulls(jsonb_build_object('buffered_sec', buffered_sec, 'volume', volume, 'muted', muted,
      'fullscreen', fullscreen, 'width', width, 'height', height)), '{}') AS screen,
    last_error::jsonb AS last_error, watched_sec, stall_count AS rebuffer_count,
    rebuffer_duration_ms AS rebuffer_ms_total, dropped_frames AS dropped_frames_total,
    CASE WHEN kind = 'start' THEN 'started' WHEN kind = 'complete' THEN 'completed' WHEN fatal THEN 'error'
      WHEN playing THEN 'playing' WHEN NOT playing THEN 'paused' END AS status
    """

  /// Columns to which every event adds.
  private static let sums: [SQL] = ["watched_sec", "rebuffer_count", "rebuffer_ms_total", "dropped_frames_total"]

  /// Columns of which the newest event that tells one is right.
  private static let facts: [SQL] = [
    "title_id", "user_id", "anon_id", "quality", "playback_type", "device", "network", "ip", "ip_hash", "user_agent",
    "user_agent_hash", "status", "last_position_sec", "duration_sec", "last_bitrate_kbps", "cdn_node", "screen",
    "last_error",
  ]

  private static func list(_ columns: [SQL]) -> SQL { SQL(joining: columns, by: ", ") }

  private static func each(_ columns: [SQL], _ expression: (SQL) -> SQL) -> SQL { list(columns.map(expression)) }

  private static func total(_ column: SQL) -> SQL { "coalesce(sum(\(column)), 0)" }

  private static func sum(_ column: SQL) -> SQL { "\(column) = s.\(column) + excluded.\(column)" }

  private static func newest(_ column: SQL) -> SQL {
    "(array_agg(\(column) ORDER BY place DESC) FILTER (WHERE \(column) IS NOT NULL))[1]"
  }

  /// Batches of one session may come out of order, when another consumer has died over one.
  private static func newer(_ column: SQL) -> SQL {
    """
    \(column) = CASE WHEN excluded.last_event > s.last_event
      THEN coalesce(excluded.\(column), s.\(column)) ELSE coalesce(s.\(column), excluded.\(column)) END
    """
  }

  /// The entries as one JSON array: each value as the text that it is on the stream, which its column reads.
  private static func document(_ entries: some Collection<StreamEntry>) -> JSONText {
    var writer = JSONWriter()
    writer.array { array in
      for entry in entries {
        array.object { object in
          for field in entry.fields { object.field(field.name, String(decoding: field.value, as: UTF8.self)) }
          object.field("place", StreamPlace(entry.id).number)
        }
      }
    }
    return JSONText(String(decoding: writer.bytes, as: UTF8.self))
  }
}
