package import Postgres
package import Publication

/// Gives a change its version, as the last step of the transaction that makes it.
package typealias Publishing = (PublicationChange.Kind, PostgresTransaction) async throws -> PublicationChange

/// Tells the edges of a change that is committed.
package typealias Announcement = (PublicationChange) async -> Void
