package import Routing

/// What a domain value needs to be a column's: it is its text there, too. A stored text that breaks the type's rule is
/// an error.
extension DomainValue {
  package var postgresText: String? { text }

  package init?(postgresText text: String) { self.init(text) }
}
