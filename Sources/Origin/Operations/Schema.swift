package import Postgres

/// The tables of running the service. Append; a step that was released is never edited.
package enum OperationsSchema {
  package static let migrations = [
    Migration(
      name: "operations_001_audit",
      // No reference to users: what someone did outlives their account.
      sql: """
        CREATE TABLE audit_events (
          id uuid PRIMARY KEY,
          at timestamptz NOT NULL,
          action text NOT NULL,
          status smallint NOT NULL CHECK (status BETWEEN 200 AND 599),
          outcome text NOT NULL GENERATED ALWAYS AS (CASE WHEN status < 400 THEN 'SUCCESS' ELSE 'FAILURE' END) STORED,
          actor_id uuid,
          address inet NOT NULL,
          user_agent text,
          path text NOT NULL,
          request_id uuid NOT NULL,
          details jsonb NOT NULL
        );
        CREATE INDEX audit_events_by_time ON audit_events (at DESC, id);
        CREATE INDEX audit_events_by_actor ON audit_events (actor_id, at DESC);
        """)
  ]
}
