package import HTTP
package import HTTPClient
internal import Signing
internal import XML

/// One bucket of an S3 store, over a loop's client. Nothing is tried twice here.
package final class Bucket {
  /// For URLs that others use.
  package let presigner: ObjectPresigner

  private let client: WebClient
  let settings: ObjectStoreSettings
  private let address: S3Address
  private let authority: Authority
  private var signer: SigV4Signer

  package init(_ settings: ObjectStoreSettings, client: WebClient) throws(ObjectStoreSettings.Malformed) {
    self.settings = settings
    self.client = client
    address = try settings.address(settings.endpoint)
    let origin = String(decoding: address.origin, as: UTF8.self)
    guard let authority = try? Authority(url: origin) else { throw ObjectStoreSettings.Malformed(endpoint: origin) }
    self.authority = authority
    signer = SigV4Signer(credentials: settings.credentials, region: settings.region)
    presigner = try ObjectPresigner(settings)
  }

  package func head(_ key: String) async throws(ObjectStoreError) -> ObjectHead {
    let answer = try await answer(to: request("HEAD", key))
    return ObjectHead(answer.fields, size: answer.fields.first(.contentLength).flatMap(Int.init))
  }

  /// `range` as in HTTP, `bytes=0-1023`.
  package func get(_ key: String, range: String? = nil) async throws(ObjectStoreError) -> ObjectContent {
    let headers = range.map { [SigV4Field("range", $0)] } ?? []
    let answer = try await answer(to: request("GET", key, headers: headers))
    return ObjectContent(head: ObjectHead(answer.fields, size: answer.length), body: answer)
  }

  /// The new object's ETag. With `onlyIfAbsent` an object that is there stays: `conditionFailed`.
  @discardableResult
  package func put(
    _ key: String, _ body: Body, _ content: ObjectContent.Description, onlyIfAbsent: Bool = false
  ) async throws(ObjectStoreError) -> String {
    var headers = content.fields + (settings.encryption?.fields ?? [])
    if onlyIfAbsent { headers.append(SigV4Field("if-none-match", "*")) }
    return try await etag(of: answer(to: request("PUT", key, headers: headers), body))
  }

  /// What is not there counts as deleted.
  package func delete(_ key: String) async throws(ObjectStoreError) {
    try await finish(answer(to: request("DELETE", key)))
  }

  /// Up to 1 000 keys a page.
  package func list(
    prefix: String = "", delimiter: String? = nil, continuation: String? = nil, limit: Int = 1_000
  ) async throws(ObjectStoreError) -> ObjectListing {
    var query = [SigV4Field("list-type", "2"), SigV4Field("encoding-type", "url")]
    query.append(SigV4Field("prefix", prefix))
    query.append(SigV4Field("max-keys", String(limit)))
    if let delimiter { query.append(SigV4Field("delimiter", delimiter)) }
    if let continuation { query.append(SigV4Field("continuation-token", continuation)) }
    let document = try await document(answer(to: request("GET", nil, query: query)))
    guard let listing = ObjectListing(document) else { throw .malformedAnswer }
    return listing
  }

  /// Makes the bucket; one of ours that is there already is left as it is.
  package func createBucket() async throws(ObjectStoreError) {
    do throws(ObjectStoreError) {
      try await finish(answer(to: request("PUT", nil)))
    } catch .refused(status: .conflict, code: "BucketAlreadyOwnedByYou") {}
  }

  func request(
    _ method: String, _ key: String?, query: [SigV4Field] = [], headers: [SigV4Field] = []
  ) -> SigV4Request {
    SigV4Request(method, address, key: key, query: query, headers: headers)
  }

  /// The answer to a request that the store has accepted.
  func answer(to request: SigV4Request, _ body: Body = .none) async throws(ObjectStoreError) -> ClientResponse {
    let payload: SigV4Payload =
      switch body {
      case .none, .omitted: .empty
      case .bytes(let bytes): .hash(of: bytes)
      // Its hash would be known only after its last byte was sent.
      case .stream: .unsigned
      }
    var fields = Fields()
    let added = signer.authorize(request, payload: payload, at: CivilTime.nowUnixSeconds)
    for field in request.headers + added {
      guard let name = FieldName(token: field.name) else { preconditionFailure("not a field's name: \(field.name)") }
      fields.append(name, field.value)
    }
    let method = Method(rawValue: request.method) ?? .other
    var wanted = ClientRequest(method, authority, request.target, fields: fields, body: body)
    var random = SystemRandomNumberGenerator()
    // A span of ours: the store is not told of the trace.
    wanted.trace = TraceContext.current?.child(using: &random)
    let answer = try await transport { () throws(HTTPClientError) in
      try await self.client.send(wanted, deadline: self.settings.deadline)
    }
    guard answer.status.isSuccess else { throw ObjectStoreError(answer.status, document: try await content(answer)) }
    return answer
  }

  func document(_ answer: ClientResponse) async throws(ObjectStoreError) -> XMLElement {
    let content = try await content(answer)
    do throws(XMLReader.Malformed) { return try XMLReader.read(content) } catch { throw .malformedAnswer }
  }

  /// Reads what is left, so that the connection can serve again.
  func finish(_ answer: ClientResponse) async throws(ObjectStoreError) { _ = try await content(answer) }

  func etag(of answer: ClientResponse) async throws(ObjectStoreError) -> String {
    try await finish(answer)
    guard let etag = answer.fields.first(.etag) else { throw .malformedAnswer }
    return etag
  }

  /// A page of 1 000 keys of 1 024 bytes, each encoded threefold, and what goes with them.
  private static let documentLimit = 4 * 1_024 * 1_024

  private func content(_ answer: ClientResponse) async throws(ObjectStoreError) -> [UInt8] {
    try await transport { () throws(HTTPClientError) in try await answer.collect(limit: Self.documentLimit) }
  }

  private func transport<Answer>(
    _ body: () async throws(HTTPClientError) -> Answer
  ) async throws(ObjectStoreError) -> Answer {
    do throws(HTTPClientError) { return try await body() } catch { throw .transport(error) }
  }
}
