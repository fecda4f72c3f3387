internal import Postgres
package import Publication
internal import Routing

/// The country that edges obey is the one that editors name.
extension CountryCode: ColumnValue {
  package var text: String { description }
  package static let expectation = "a country's two letters (ISO 3166-1 alpha-2), such as DE"
  package static let example = CountryCode("DE")!
}
