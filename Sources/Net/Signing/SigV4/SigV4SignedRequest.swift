/// A received request, as far as a signature covers it. Path and query are the bytes of the request line,
/// still encoded.
package struct SigV4SignedRequest {
  package var method: String
  package var path: String
  /// Without the `?`; empty where there is none.
  package var query: String
  package var headers: [SigV4Field]

  package init(method: String, path: String, query: String, headers: [SigV4Field]) {
    self.method = method
    self.path = path
    self.query = query
    self.headers = headers.map { SigV4Field($0.name.lowercased(), $0.value) }
  }

  /// `name` in lower case.
  func first(_ name: String) -> String? { headers.first { $0.name == name }?.value }

  /// The decoded parameters named `X-Amz-*`. One that is given twice could mean two things: refused.
  func parameters() throws(SigV4Refusal) -> [String: String] {
    var parameters: [String: String] = [:]
    for item in query.split(separator: "&") where item.hasPrefix("X-Amz-") {
      let equals = item.firstIndex(of: "=") ?? item.endIndex
      guard let value = PercentEncoding.decode(item[equals...].dropFirst()),
        let text = String(validating: value, as: UTF8.self),
        parameters.updateValue(text, forKey: String(item[..<equals])) == nil
      else { throw .malformed }
    }
    return parameters
  }

  /// The lines of `names`, which the client chose; several fields of one name are joined by commas.
  func canonicalHeaders(_ names: [Substring]) throws(SigV4Refusal) -> [SigV4Field] {
    var fields: [SigV4Field] = []
    for name in names {
      let values = headers.filter { $0.name == name }.map(\.value)
      guard !values.isEmpty else { throw .malformed }
      fields.append(SigV4Field(String(name), values.joined(separator: ",")))
    }
    return SigV4Canonical.headers(fields)
  }

  /// Every byte as the signer would have written it. An encoded slash stays encoded: it is not the slash of a path.
  func canonicalPath() throws(SigV4Refusal) -> [UInt8] {
    var output: [UInt8] = []
    try Self.normalise(path[...], keepingSlashes: true, into: &output)
    return output
  }

  func canonicalQuery() throws(SigV4Refusal) -> [UInt8] {
    var encoded: [UInt8] = []
    for item in query.split(separator: "&") where !item.hasPrefix("X-Amz-Signature=") {
      if !encoded.isEmpty { encoded.append(UInt8(ascii: "&")) }
      let equals = item.firstIndex(of: "=") ?? item.endIndex
      try Self.normalise(item[..<equals], keepingSlashes: false, into: &encoded)
      encoded.append(UInt8(ascii: "="))
      try Self.normalise(item[equals...].dropFirst(), keepingSlashes: false, into: &encoded)
    }
    guard !encoded.isEmpty else { return [] }
    var items: [SigV4Canonical.QueryItem] = []
    SigV4Canonical.appendItems(of: encoded, in: 0..<encoded.count, to: &items)
    SigV4Canonical.sort(&items, of: encoded)
    var output: [UInt8] = []
    SigV4Canonical.append(items, of: encoded, to: &output)
    return output
  }

  private static func normalise(
    _ text: Substring, keepingSlashes: Bool, into output: inout [UInt8]
  ) throws(SigV4Refusal) {
    let input = Array(text.utf8)
    var index = 0
    while index < input.count {
      if input[index] == UInt8(ascii: "%") {
        guard index + 2 < input.count,
          let high = Hex.value(of: input[index + 1]), let low = Hex.value(of: input[index + 2])
        else { throw .malformed }
        let byte = high << 4 | low
        PercentEncoding.append(byte, isLiteral: PercentEncoding.isUnreserved(byte), to: &output)
        index += 3
      } else {
        let isSlash = keepingSlashes && input[index] == UInt8(ascii: "/")
        PercentEncoding.append(
          input[index], isLiteral: isSlash || PercentEncoding.isUnreserved(input[index]), to: &output)
        index += 1
      }
    }
  }
}
