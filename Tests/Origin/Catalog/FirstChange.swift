import Postgres
import Publication

@testable import Catalog

extension TitleStore {
  /// Publishes each change as if it were the first one ever.
  init(_ database: PostgresPool) {
    self.init(database) { kind, _ in PublicationChange(version: 1, kind: kind) }
  }
}
