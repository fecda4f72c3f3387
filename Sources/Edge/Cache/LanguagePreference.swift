internal import HTTP

/// What a client likes best to read. Source: RFC 9110 §12.5.4.
enum LanguagePreference {
  /// In lower case; nil when no language stands above all others.
  static func favourite(of fields: Fields) -> String? {
    var best: (language: String, weight: Double)?
    var isTied = false
    for item in (fields.combined(.acceptLanguage) ?? "").lowercased().split(separator: ",") {
      let parts = item.split(separator: ";").map { $0.filter { $0 != " " && $0 != "\t" } }
      guard let language = parts.first, !language.isEmpty else { continue }
      let quality = parts.dropFirst().first { $0.hasPrefix("q=") }
      let weight = quality.map { Double($0.dropFirst(2)) ?? 0 } ?? 1
      if let best, best.weight >= weight {
        isTied = isTied || best.weight == weight
      } else {
        (best, isTied) = ((language, weight), false)
      }
    }
    guard let best, !isTied, best.weight > 0, best.language != "*" else { return nil }
    return best.language
  }
}
