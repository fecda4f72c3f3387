package import Postgres

/// The catalogue's tables. Append; a step that was released is never edited.
package enum CatalogSchema {
  package static let migrations = [
    Migration(
      name: "catalog_001_titles",
      // Case is folded by ICU because the database's own locale may be C, which knows only ASCII.
      sql: """
        CREATE TABLE titles (
          id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
          type text NOT NULL CHECK (type IN ('MOVIE', 'SERIES')),
          status text NOT NULL DEFAULT 'ANNOUNCED'
            CHECK (status IN ('ANNOUNCED', 'IN_PRODUCTION', 'RELEASED', 'ENDED', 'CANCELED', 'HIATUS')),
          name text NOT NULL CHECK (char_length(name) BETWEEN 1 AND 255),
          original_name text CHECK (char_length(original_name) BETWEEN 1 AND 255),
          slug text NOT NULL CONSTRAINT titles_slug_unique UNIQUE
            CHECK (slug ~ '^[a-z0-9]+(-[a-z0-9]+)*$' AND char_length(slug) <= 255),
          overview text,
          tagline text,
          is_published boolean NOT NULL DEFAULT false,
          release_year integer CHECK (release_year BETWEEN 1800 AND 2100),
          release_date date,
          end_date date,
          runtime_minutes integer CHECK (runtime_minutes > 0),
          popularity_score double precision NOT NULL DEFAULT 0 CHECK (popularity_score >= 0),
          rating_average double precision CHECK (rating_average BETWEEN 0 AND 10),
          rating_count bigint NOT NULL DEFAULT 0 CHECK (rating_count >= 0),
          created_at timestamptz NOT NULL DEFAULT now(),
          updated_at timestamptz NOT NULL DEFAULT now(),
          deleted_at timestamptz,
          year integer GENERATED ALWAYS AS (coalesce(release_year, extract(year FROM release_date)::integer)) STORED,
          search_text text NOT NULL GENERATED ALWAYS AS
            (lower((name || ' ' || coalesce(original_name, '')) COLLATE "und-x-icu")) STORED,
          CONSTRAINT titles_dates_in_order CHECK (end_date >= release_date)
        );
        CREATE INDEX titles_by_popularity ON titles (popularity_score DESC, id)
          WHERE is_published AND deleted_at IS NULL;
        CREATE INDEX titles_by_age ON titles (created_at DESC, id);
        """),
    Migration(
      name: "catalog_002_genres",
      sql: """
        CREATE TABLE genres (
          id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
          name text NOT NULL CHECK (char_length(name) BETWEEN 1 AND 255),
          folded_name text NOT NULL GENERATED ALWAYS AS (lower(name COLLATE "und-x-icu")) STORED
            CONSTRAINT genres_name_unique UNIQUE,
          display_order integer NOT NULL DEFAULT 0
        );
        CREATE TABLE title_genres (
          title_id uuid NOT NULL REFERENCES titles (id) ON DELETE CASCADE,
          genre_id uuid NOT NULL REFERENCES genres (id) ON DELETE CASCADE,
          PRIMARY KEY (title_id, genre_id)
        );
        CREATE INDEX title_genres_by_genre ON title_genres (genre_id, title_id);
        """),
    Migration(
      name: "catalog_003_cast",
      sql: """
        CREATE TABLE people (
          id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
          name text NOT NULL CHECK (char_length(name) BETWEEN 1 AND 255),
          folded_name text NOT NULL GENERATED ALWAYS AS (lower(name COLLATE "und-x-icu")) STORED
        );
        CREATE INDEX people_by_name ON people (folded_name);
        CREATE TABLE title_cast (
          title_id uuid NOT NULL REFERENCES titles (id) ON DELETE CASCADE,
          person_id uuid NOT NULL REFERENCES people (id) ON DELETE CASCADE,
          billing_order integer NOT NULL DEFAULT 0 CHECK (billing_order >= 0),
          character_name text,
          PRIMARY KEY (title_id, person_id)
        );
        CREATE INDEX title_cast_by_person ON title_cast (person_id, title_id);
        """),
    Migration(
      name: "catalog_004_revoked",
      // A draft has no unpublished_at: it was never taken back from anybody.
      sql: """
        ALTER TABLE titles ADD unpublished_at timestamptz;
        ALTER TABLE titles ADD is_revoked boolean NOT NULL
          GENERATED ALWAYS AS (deleted_at IS NOT NULL OR unpublished_at IS NOT NULL) STORED;
        CREATE INDEX titles_revoked ON titles (id) WHERE is_revoked;
        """),
  ]
}
