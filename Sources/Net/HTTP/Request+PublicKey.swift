/// The public API's key: in the field X-API-Key, else as `api_key` in the query.
extension Request {
  package static let keyParameter = "api_key"

  /// As it was sent; nil when it was not.
  package var publicKey: ArraySlice<UInt8>? {
    if let field = fields.bytes(.xAPIKey) { return field }
    return queryItems.first { $0.isNamed(Self.keyParameter) }?.valueBytes
  }

  /// The target as it may be kept, in logs as in caches, and passed on.
  package var targetWithoutPublicKey: String {
    guard query != nil, queryItems.contains(where: { $0.isNamed(Self.keyParameter) }) else { return target.text }
    let items = queryItems.filter { !$0.isNamed(Self.keyParameter) }.map(\.bytes.text)
    return path.text + (items.isEmpty ? "" : "?" + items.joined(separator: "&"))
  }
}

extension Problem {
  /// For who calls the public API without a key that it knows.
  package static var noPublicKey: Problem { Problem(.unauthorized, "Invalid or missing API key") }
}
