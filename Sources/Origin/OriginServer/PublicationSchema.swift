internal import Postgres

/// The one counter of all that is published. Append; a step that was released is never edited.
enum PublicationSchema {
  static let migrations = [
    Migration(
      name: "publication_001_version",
      sql: """
        CREATE TABLE publication_version (
          is_the_one boolean PRIMARY KEY DEFAULT true CHECK (is_the_one),
          version bigint NOT NULL
        );
        INSERT INTO publication_version (version) VALUES (0);
        """),
    // Edges read the whole anew: it has revocations now.
    Migration(name: "publication_002_revocations", sql: "UPDATE publication_version SET version = version + 1"),
  ]
}
