package import Postgres

/// The bundles' tables; they refer to the catalogue's, so they come after it. Append; a step that was released is
/// never edited.
package enum BundlesSchema {
  package static let migrations = [
    Migration(
      name: "bundles_001_bundles",
      // Who made it is kept even when that account is gone.
      sql: """
        CREATE TABLE bundles (
          id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
          title_id uuid NOT NULL REFERENCES titles (id) ON DELETE CASCADE,
          season_number integer CHECK (season_number BETWEEN 0 AND 999),
          episode_ids uuid[] NOT NULL DEFAULT '{}',
          storage_key text NOT NULL CONSTRAINT bundles_storage_key_unique UNIQUE,
          size_bytes bigint CHECK (size_bytes >= 0),
          sha256 text CHECK (sha256 ~ '^[0-9a-f]{64}$'),
          label text CHECK (char_length(label) BETWEEN 1 AND 128),
          expires_at timestamptz NOT NULL,
          created_by_id uuid,
          created_at timestamptz NOT NULL DEFAULT now(),
          updated_at timestamptz NOT NULL DEFAULT now(),
          CONSTRAINT bundles_expire_after_creation CHECK (expires_at > created_at)
        );
        CREATE INDEX bundles_by_title ON bundles (title_id, season_number);
        """),
    Migration(
      name: "bundles_002_retired_keys",
      // The keys of deleted bundles: edges must know them for as long as an object may still be there.
      sql: """
        CREATE TABLE retired_bundle_keys (
          storage_key text PRIMARY KEY,
          retired_at timestamptz NOT NULL DEFAULT now()
        );
        """),
  ]
}
