package import Postgres
package import Routing

/// A domain value that is a column's, too: there it is its text. A stored text that breaks the type's rule is an error.
package protocol ColumnValue: DomainValue, PostgresEncodable, PostgresDecodable {}

extension ColumnValue {
  package var postgresText: String? { text }

  package init?(postgresText text: String) { self.init(text) }
}
