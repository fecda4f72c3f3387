package import Postgres
package import Publication

/// The one counter of all that is published.
package enum PublicationVersion {
  /// Gives a change its version. A slice calls it last in its transaction: the counter's row stays locked until the
  /// commit, so that versions become visible in their order, without a gap.
  package static func next(
    _ kind: PublicationChange.Kind, in transaction: PostgresTransaction
  ) async throws -> PublicationChange {
    let next: SQL = "UPDATE publication_version SET version = version + 1 RETURNING version"
    return PublicationChange(version: try await transaction.query(next)[0].get("version"), kind: kind)
  }
}
