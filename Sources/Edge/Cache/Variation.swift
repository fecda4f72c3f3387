internal import HTTP
internal import Publication

/// By what of a request one answer of a URL is chosen among several: the fields that Vary names, and the caller's
/// country where the origin says so. Source: RFC 9111 §4.1.
struct Variation: Equatable {
  /// What of a caller variants are selected by.
  struct Selection {
    let fields: Fields
    let country: CountryCode?
  }

  private var names: [FieldName] = []
  private var isByCountry = false

  static let none = Variation()

  private init() {}

  /// All callers get the same answer.
  var isNone: Bool { names.isEmpty && !isByCountry }
  var isByLanguage: Bool { names == [.acceptLanguage] && !isByCountry }

  /// Nil when no other request can be known to want the same: `Vary: *`.
  init?(_ answer: Fields) {
    for name in (answer.combined(.vary) ?? "").utf8.split(separator: UInt8(ascii: ",")) {
      let name = name.trimmedOWS
      if name.isEmpty { continue }
      guard let name = FieldName(token: name.text), name != "*" else { return nil }
      // The origin is asked for no coding: what clients accept is between them and the edge.
      if name != .acceptEncoding, !names.contains(name) { names.append(name) }
    }
    isByCountry = answer.listContains(.edgeReuse, EdgeReuse.country.rawValue)
  }

  /// Appends what selects the variant. A NUL, which no field holds, ends each part.
  func appendSelection(of fields: Fields, country: () -> CountryCode?, to key: inout [UInt8]) {
    key.append(0)
    if isByCountry {
      if let country = country() { key.append(contentsOf: [country.first, country.second]) }
      key.append(0)
    }
    for name in names {
      FieldNormalisation.append(name, of: fields, to: &key)
      key.append(0)
    }
  }
}
