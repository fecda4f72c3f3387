/// The directives of Cache-Control. A directive that is doubled with another value, or whose number is none, makes the
/// answer stale: its seconds become 0. Source: RFC 9111 §5.2, RFC 5861.
package struct CacheControl: Hashable, Sendable {
  package var maxAgeSeconds: Int?
  package var sharedMaxAgeSeconds: Int?
  package var staleWhileRevalidateSeconds: Int?
  package var staleIfErrorSeconds: Int?
  package var minFreshSeconds: Int?
  /// `Int.max` when the request names no bound.
  package var maxStaleSeconds: Int?
  package var isPublic = false
  package var isPrivate = false
  package var noStore = false
  package var noCache = false
  package var noTransform = false
  package var onlyIfCached = false
  package var mustRevalidate = false
  package var proxyRevalidate = false
  package var mustUnderstand = false
  /// The fields that a qualified `private` or `no-cache` keeps for the asker alone. Source: RFC 9111 §5.2.2.4,
  /// §5.2.2.7.
  package var ownFields: [FieldName] = []

  package init() {}

  package init(_ fields: Fields, _ name: FieldName = .cacheControl) {
    self.init(fields.combined(name) ?? "")
  }

  package init(_ text: String) {
    var rest = Array(text.utf8)[...]
    while !rest.isEmpty {
      // Commas within quotes do not separate, and an escaped quote ends none.
      var (isQuoted, isEscaped) = (false, false)
      let end = rest.firstIndex { byte in
        if byte == UInt8(ascii: "\""), !isEscaped { isQuoted.toggle() }
        isEscaped = byte == UInt8(ascii: "\\") && isQuoted && !isEscaped
        return byte == UInt8(ascii: ",") && !isQuoted
      }
      apply(rest[..<(end ?? rest.endIndex)].trimmedOWS)
      rest = rest[(end ?? rest.endIndex)...].dropFirst()
    }
  }

  private mutating func apply(_ directive: ArraySlice<UInt8>) {
    guard !directive.isEmpty else { return }
    let equals = directive.firstIndex(of: UInt8(ascii: "="))
    let value = equals.map { directive[$0...].dropFirst().filter { $0 != UInt8(ascii: "\"") }.text }
    apply(directive[..<(equals ?? directive.endIndex)].text.lowercased(), value)
  }

  /// Seconds beyond this are taken as this. Source: RFC 9111 §1.2.2.
  package static let maximumSeconds = 2_147_483_648

  mutating func apply(_ name: String, _ value: String?) {
    switch name {
    case "max-age": set(\.maxAgeSeconds, value)
    case "s-maxage": set(\.sharedMaxAgeSeconds, value)
    case "stale-while-revalidate": set(\.staleWhileRevalidateSeconds, value)
    case "stale-if-error": set(\.staleIfErrorSeconds, value)
    case "min-fresh": set(\.minFreshSeconds, value)
    case "max-stale": if value == nil { maxStaleSeconds = .max } else { set(\.maxStaleSeconds, value) }
    case "public": isPublic = true
    case "private": if !qualify(value) { isPrivate = true }
    case "no-cache": if !qualify(value) { noCache = true }
    case "no-store": noStore = true
    case "no-transform": noTransform = true
    case "only-if-cached": onlyIfCached = true
    case "must-revalidate": mustRevalidate = true
    case "proxy-revalidate": proxyRevalidate = true
    case "must-understand": mustUnderstand = true
    default: break
    }
  }

  /// False when the directive is about the whole answer, or about fields that cannot be read.
  private mutating func qualify(_ names: String?) -> Bool {
    guard let items = names?.utf8.split(separator: UInt8(ascii: ",")), !items.isEmpty else { return false }
    let names = items.map { FieldName(token: $0.trimmedOWS.text) }
    guard !names.contains(nil) else { return false }
    ownFields += names.compactMap { $0 }
    return true
  }

  private mutating func set(_ seconds: WritableKeyPath<CacheControl, Int?>, _ value: String?) {
    let digits = value ?? ""
    var number = 0
    if !digits.isEmpty, digits.utf8.allSatisfy(\.isDigit) {
      number = min(Int(digits) ?? Self.maximumSeconds, Self.maximumSeconds)
    }
    if let known = self[keyPath: seconds], known != number { number = 0 }
    self[keyPath: seconds] = number
  }
}
