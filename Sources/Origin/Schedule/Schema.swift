package import Postgres

/// The schedule's tables; they refer to the catalogue's, so they come after it. Append; a step that was released is
/// never edited.
package enum ScheduleSchema {
  package static let migrations = [
    Migration(
      name: "schedule_001_windows",
      sql: """
        CREATE TABLE availability_windows (
          id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
          title_id uuid NOT NULL REFERENCES titles (id) ON DELETE CASCADE,
          window_start timestamptz NOT NULL,
          window_end timestamptz CHECK (window_end > window_start),
          territory_mode text NOT NULL CHECK (territory_mode IN ('GLOBAL', 'INCLUDE', 'EXCLUDE')),
          countries text[] NOT NULL,
          distribution text[] NOT NULL
            CHECK (distribution <@ ARRAY['SVOD', 'AVOD', 'TVOD', 'EST', 'FREE']),
          device_classes text[] NOT NULL
            CHECK (device_classes <@ ARRAY['WEB', 'MOBILE', 'TV', 'TABLET', 'CONSOLE', 'OTHER']),
          rights jsonb,
          CONSTRAINT availability_windows_territory_whole
            CHECK ((territory_mode = 'GLOBAL') = (cardinality(countries) = 0)),
          CONSTRAINT availability_windows_unique
            UNIQUE NULLS NOT DISTINCT (title_id, window_start, window_end, territory_mode, countries)
        );
        CREATE INDEX availability_windows_by_start ON availability_windows (window_start, title_id);
        """)
  ]
}
