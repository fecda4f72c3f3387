/// Signs for one credential, region and service. Keeps the day's key and its buffers between calls.
/// Source: AWS, "Authenticating Requests: Using Query Parameters".
package struct SigV4Signer {
  package let credentials: SigV4Credentials
  private let region: String
  private let service = "s3"

  private var signingKey: SigV4SigningKey
  private var time: [UInt8] = []
  private var timeSeconds: Int64 = .min
  /// `X-Amz-Algorithm=…&X-Amz-Credential=…&X-Amz-Date=…&X-Amz-Expires=` of the second.
  private var queryStart: [UInt8] = []
  /// What `stringToSign` starts with in this second, its length.
  private var stringStart = 0
  private let encodedToken: [UInt8]?
  private var items: [SigV4Canonical.QueryItem] = []

  /// What was hashed last, and what was signed: the two texts by which a refused signature is explained.
  package private(set) var canonicalRequest: [UInt8] = []
  package private(set) var stringToSign: [UInt8] = []

  package init(credentials: SigV4Credentials, region: String) {
    self.credentials = credentials
    self.region = region
    encodedToken = credentials.sessionToken.map { Array("&X-Amz-Security-Token=\(PercentEncoding.encode($0))".utf8) }
    signingKey = SigV4SigningKey(
      secret: credentials.secretAccessKey, unixSeconds: 0, region: region, service: service)
    canonicalRequest.reserveCapacity(2_048)
    stringToSign.reserveCapacity(256)
  }

  package mutating func presign(_ request: SigV4Request, expiresSeconds: Int, at unixSeconds: Int64) -> String {
    var url: [UInt8] = []
    url.reserveCapacity(1_024)
    appendPresigned(request, expiresSeconds: expiresSeconds, at: unixSeconds, to: &url)
    return String(decoding: url, as: UTF8.self)
  }

  /// Appends the whole URL. Its order is botocore's: the request's own query, then the signature's.
  package mutating func appendPresigned(
    _ request: SigV4Request, expiresSeconds: Int, at unixSeconds: Int64, to url: inout [UInt8]
  ) {
    refresh(at: unixSeconds)
    let headers = request.headers.isEmpty ? [] : signedHeaders(of: request)
    url.append(contentsOf: request.address.origin)
    let pathStart = url.count
    request.address.appendPath(of: request.key, to: &url)
    let pathEnd = url.count
    url.append(UInt8(ascii: "?"))
    appendQuery(of: request, to: &url)
    if !items.isEmpty { url.append(UInt8(ascii: "&")) }
    let signatureStart = url.count
    appendSignatureQuery(expiresSeconds: expiresSeconds, headers: headers, to: &url)
    addSignatureItems(of: url, in: signatureStart..<url.count)

    beginCanonicalRequest(request.method, path: url[pathStart..<pathEnd])
    appendCanonicalQuery(of: url)
    if headers.isEmpty {
      canonicalRequest.append(contentsOf: request.address.canonicalEnd)
    } else {
      endCanonicalRequest(headers, payload: SigV4Canonical.unsignedPayload)
    }

    url.append(contentsOf: Self.signatureName)
    sign().appendHex(to: &url)
  }

  /// The value of `Authorization` for a request whose `headers` are final and hold `host`.
  mutating func authorization(of request: SigV4Request, headers: [SigV4Field], payload: String) -> String {
    var target: [UInt8] = []
    request.address.appendPath(of: request.key, to: &target)
    beginCanonicalRequest(request.method, path: target[...])
    var query: [UInt8] = []
    appendQuery(of: request, to: &query)
    appendCanonicalQuery(of: query)
    endCanonicalRequest(headers, payload: payload)

    let scope = String(decoding: signingKey.scope, as: UTF8.self)
    let names = headers.map(\.name).joined(separator: ";")
    return "AWS4-HMAC-SHA256 Credential=\(credentials.accessKeyID)/\(scope), "
      + "SignedHeaders=\(names), Signature=\(sign().hex)"
  }

  mutating func refresh(at unixSeconds: Int64) {
    if unixSeconds == timeSeconds { return }
    timeSeconds = unixSeconds
    time = CivilTime(unixSeconds: unixSeconds).basicFormat
    if !signingKey.covers(unixSeconds) {
      signingKey = SigV4SigningKey(
        secret: credentials.secretAccessKey, unixSeconds: unixSeconds, region: region, service: service)
    }
    let scope = String(decoding: signingKey.scope, as: UTF8.self)
    let credential = PercentEncoding.encode("\(credentials.accessKeyID)/\(scope)")
    let algorithm = "X-Amz-Algorithm=AWS4-HMAC-SHA256"
    queryStart = Array("\(algorithm)&X-Amz-Credential=\(credential)&X-Amz-Date=\(amzDate)&X-Amz-Expires=".utf8)
    stringToSign.removeAll(keepingCapacity: true)
    signingKey.appendStringStart(SigV4Canonical.algorithm, time: time, to: &stringToSign)
    stringStart = stringToSign.count
  }

  var amzDate: String { String(decoding: time, as: UTF8.self) }

  private static let signedHeadersName = Array("&X-Amz-SignedHeaders=".utf8)
  private static let onlyHostSigned = Array("&X-Amz-SignedHeaders=host".utf8)
  private static let signatureName = Array("&X-Amz-Signature=".utf8)

  private func signedHeaders(of request: SigV4Request) -> [SigV4Field] {
    let host = SigV4Field("host", String(decoding: request.address.host, as: UTF8.self))
    return SigV4Canonical.headers(request.headers + [host])
  }

  private func appendSignatureQuery(expiresSeconds: Int, headers: [SigV4Field], to url: inout [UInt8]) {
    url.append(contentsOf: queryStart)
    url.append(contentsOf: String(expiresSeconds).utf8)
    if headers.isEmpty {
      url.append(contentsOf: Self.onlyHostSigned)
    } else {
      url.append(contentsOf: Self.signedHeadersName)
      PercentEncoding.append(headers.map(\.name).joined(separator: ";"), to: &url)
    }
    if let encodedToken { url.append(contentsOf: encodedToken) }
  }

  /// The request's own query, its items noted.
  private mutating func appendQuery(of request: SigV4Request, to output: inout [UInt8]) {
    items.removeAll(keepingCapacity: true)
    for item in request.query {
      if !items.isEmpty { output.append(UInt8(ascii: "&")) }
      let start = output.count
      PercentEncoding.append(item.name, to: &output)
      let nameEnd = output.count
      output.append(UInt8(ascii: "="))
      PercentEncoding.append(item.value, to: &output)
      items.append(SigV4Canonical.QueryItem(start: start, nameEnd: nameEnd, end: output.count))
    }
  }

  /// The signature's parameters are in order and stay together, so they sort as one item: unless a token, which the
  /// URL has last, belongs between them, or a parameter of the request could.
  private mutating func addSignatureItems(of url: [UInt8], in range: Range<Int>) {
    let areTogether = encodedToken == nil && !items.contains { url[$0.start] == UInt8(ascii: "X") }
    if areTogether {
      let nameEnd = range.lowerBound + "X-Amz-Algorithm".utf8.count
      items.append(SigV4Canonical.QueryItem(start: range.lowerBound, nameEnd: nameEnd, end: range.upperBound))
    } else {
      SigV4Canonical.appendItems(of: url, in: range, to: &items)
    }
  }

  private mutating func beginCanonicalRequest(_ method: String, path: ArraySlice<UInt8>) {
    canonicalRequest.removeAll(keepingCapacity: true)
    canonicalRequest.append(contentsOf: method.utf8)
    canonicalRequest.append(UInt8(ascii: "\n"))
    canonicalRequest.append(contentsOf: path)
    canonicalRequest.append(UInt8(ascii: "\n"))
  }

  private mutating func appendCanonicalQuery(of bytes: [UInt8]) {
    SigV4Canonical.sort(&items, of: bytes)
    SigV4Canonical.append(items, of: bytes, to: &canonicalRequest)
  }

  private mutating func endCanonicalRequest(_ headers: [SigV4Field], payload: String) {
    canonicalRequest.append(UInt8(ascii: "\n"))
    SigV4Canonical.append(headers, to: &canonicalRequest)
    canonicalRequest.append(UInt8(ascii: "\n"))
    canonicalRequest.append(contentsOf: payload.utf8)
  }

  private mutating func sign() -> Digest {
    stringToSign.removeLast(stringToSign.count - stringStart)
    SHA256.hash(canonicalRequest.span).appendHex(to: &stringToSign)
    return signingKey.key.sign(stringToSign.span)
  }
}
