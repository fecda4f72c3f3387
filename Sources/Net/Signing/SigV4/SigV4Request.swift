/// A name and a value, unencoded: a query item or a header field.
package struct SigV4Field: Equatable, Sendable {
  package var name: String
  package var value: String

  package init(_ name: String, _ value: String) {
    self.name = name
    self.value = value
  }
}

/// A request to an object store before it is signed. Nothing in it is encoded.
package struct SigV4Request {
  package var method: String
  package var address: S3Address
  /// Nil addresses the bucket itself.
  package var key: String?
  /// In the order in which the URL shall carry them; signing sorts its own copy.
  package var query: [SigV4Field]
  /// Signed besides `host`; whoever sends the request must send them as they are.
  package var headers: [SigV4Field]

  package init(
    _ method: String, _ address: S3Address, key: String?, query: [SigV4Field] = [], headers: [SigV4Field] = []
  ) {
    self.method = method
    self.address = address
    self.key = key
    self.query = query
    self.headers = headers
  }

  /// The request target of the unsigned URL: path and query, encoded.
  package var target: String {
    var output: [UInt8] = []
    address.appendPath(of: key, to: &output)
    for (index, item) in query.enumerated() {
      output.append(index == 0 ? UInt8(ascii: "?") : UInt8(ascii: "&"))
      item.appendEncoded(to: &output)
    }
    return String(decoding: output, as: UTF8.self)
  }
}

extension SigV4Field {
  func appendEncoded(to output: inout [UInt8]) {
    PercentEncoding.append(name, to: &output)
    output.append(UInt8(ascii: "="))
    PercentEncoding.append(value, to: &output)
  }
}
