package import Postgres

/// The tables of playback. Append; a step that was released is never edited.
///
/// Events are not kept: a session's row is what they add up to. What is kept of an event, for some minutes, is its
/// name, so that one which Redis delivers again after a crash is not counted again.
package enum PlaybackSchema {
  package static let migrations = [
    Migration(
      name: "playback_001_sessions",
      sql: """
        CREATE TABLE playback_sessions (
          id text PRIMARY KEY,
          -- As the player named it, and no reference: what was watched stays when a title goes. Null, as all that a
          -- start tells, until the start has arrived: another consumer may have taken it and died.
          title_id text,
          user_id text,
          anon_id text,
          quality text,
          playback_type text,
          device jsonb,
          network jsonb,
          ip text,
          ip_hash text,
          user_agent text,
          user_agent_hash text,
          created_at timestamptz NOT NULL,
          updated_at timestamptz NOT NULL,
          status text CHECK (status IN ('started', 'playing', 'paused', 'completed', 'error')),
          last_position_sec double precision,
          duration_sec double precision,
          last_bitrate_kbps integer,
          cdn_node text,
          -- The player's buffer, volume and window.
          screen jsonb,
          last_error jsonb,
          watched_sec double precision NOT NULL,
          rebuffer_count bigint NOT NULL,
          rebuffer_ms_total bigint NOT NULL,
          dropped_frames_total bigint NOT NULL,
          -- The events that are counted in, the start among them.
          event_count bigint NOT NULL,
          -- The place of the newest of them on the stream.
          last_event bigint NOT NULL
        );
        CREATE INDEX playback_sessions_user ON playback_sessions (user_id, updated_at) WHERE user_id IS NOT NULL;
        CREATE INDEX playback_sessions_title ON playback_sessions (title_id, updated_at);

        -- The events that a session's row counts and that Redis may still deliver again.
        CREATE TABLE playback_counted_events (
          event text PRIMARY KEY,
          place bigint NOT NULL,
          counted_at timestamptz NOT NULL DEFAULT now()
        );
        CREATE INDEX playback_counted_events_age ON playback_counted_events (counted_at);
        """)
  ]
}
