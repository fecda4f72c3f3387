package import Postgres

/// The tables of accounts. Append; never edit a step that has been applied.
package enum AccountsSchema {
  package static let migrations = [
    Migration(
      name: "accounts_001_users",
      sql: """
        CREATE TABLE users (
          id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
          email text NOT NULL,
          full_name text,
          password_hash text NOT NULL,
          role text NOT NULL DEFAULT 'USER' CHECK (role IN ('USER', 'ADMIN', 'SUPERUSER')),
          is_active boolean NOT NULL DEFAULT true,
          email_verified_at timestamptz,
          -- Sealed with the server's secret. Pending until mfa_enabled_at is set.
          totp_secret text,
          mfa_enabled_at timestamptz,
          -- The step of the last code that was accepted: it and all before it are spent.
          totp_last_step bigint NOT NULL DEFAULT 0,
          created_at timestamptz NOT NULL DEFAULT now(),
          updated_at timestamptz NOT NULL DEFAULT now(),
          CHECK (mfa_enabled_at IS NULL OR totp_secret IS NOT NULL)
        );
        CREATE UNIQUE INDEX users_email ON users (lower(email));
        """),
    Migration(
      name: "accounts_002_sessions",
      sql: """
        -- One sign-in, and the family of the refresh tokens that descend from it.
        CREATE TABLE sessions (
          id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
          user_id uuid NOT NULL REFERENCES users ON DELETE CASCADE,
          mfa boolean NOT NULL,
          ip_address text,
          user_agent text,
          created_at timestamptz NOT NULL DEFAULT now(),
          last_seen_at timestamptz NOT NULL DEFAULT now(),
          revoked_at timestamptz,
          revoked_because text CHECK (revoked_because IN ('logout', 'reuse', 'deactivated', 'password', 'admin'))
        );
        CREATE INDEX sessions_user ON sessions (user_id) WHERE revoked_at IS NULL;

        CREATE TABLE refresh_tokens (
          jti uuid PRIMARY KEY,
          session_id uuid NOT NULL REFERENCES sessions ON DELETE CASCADE,
          -- SHA-256 in hex: reading the table gives no token.
          digest text NOT NULL,
          issued_at timestamptz NOT NULL DEFAULT now(),
          expires_at timestamptz NOT NULL,
          spent_at timestamptz
        );
        CREATE INDEX refresh_tokens_session ON refresh_tokens (session_id);
        """),
    Migration(
      name: "accounts_003_challenges",
      sql: """
        -- Between a right password and a right code. Spent by one success, or by too many failures.
        CREATE TABLE mfa_challenges (
          jti uuid PRIMARY KEY,
          user_id uuid NOT NULL REFERENCES users ON DELETE CASCADE,
          failures int NOT NULL DEFAULT 0,
          expires_at timestamptz NOT NULL,
          spent_at timestamptz
        );

        CREATE TABLE email_verifications (
          digest text PRIMARY KEY,
          user_id uuid NOT NULL REFERENCES users ON DELETE CASCADE,
          expires_at timestamptz NOT NULL,
          used_at timestamptz
        );
        """),
    Migration(
      name: "accounts_004_mail",
      sql: """
        -- Mail is queued in the transaction that causes it, and its row goes when the server has taken it.
        CREATE TABLE mail_outbox (
          id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
          recipient text NOT NULL,
          subject text NOT NULL,
          body text NOT NULL,
          attempts int NOT NULL DEFAULT 0,
          due_at timestamptz NOT NULL DEFAULT now(),
          refused_because text,
          created_at timestamptz NOT NULL DEFAULT now()
        );
        CREATE INDEX mail_outbox_due ON mail_outbox (due_at) WHERE refused_because IS NULL;
        """),
  ]
}
