internal import HTTP
internal import Loop
internal import Signing

/// Answers S3's requests: who asks, what for, then the operation.
final class S3Service {
  /// Bytes of an XML document: a completion of 10 000 parts is about 1 MiB.
  static let largestDocument = 1 << 20

  let holdings: Holdings
  private let verifier: SigV4Verifier
  let region: String

  init(_ holdings: Holdings, region: String, credentials: SigV4Credentials) {
    self.holdings = holdings
    self.region = region
    verifier = SigV4Verifier(region: region) { $0 == credentials.accessKeyID ? credentials : nil }
  }

  /// Decided on the head alone: a request that is not signed for what it asks is refused before its body is read.
  func admit(_ request: Request) throws -> Admitted {
    let verified = try verifier.verify(SigV4SignedRequest(request), at: WallClock.milliseconds / 1_000)
    // Beside a presigned URL the client may state the hash, which only narrows what is accepted.
    let stated = request.fields.first("x-amz-content-sha256") ?? verified.payload
    guard let form = PayloadForm(stated) else { throw S3Error.notImplemented("The payload form \(stated)") }
    return Admitted(operation: try S3Operation(request), form: form, chunks: verified.chunks)
  }

  struct Admitted {
    var operation: S3Operation
    var form: PayloadForm
    var chunks: SigV4ChunkVerifier
  }

  func answer(_ admitted: Admitted, _ request: Request, _ source: any BodySource) async -> Response {
    do {
      return try await perform(admitted, request, source)
    } catch {
      return S3Error(error).response(to: request)
    }
  }

  private func perform(
    _ admitted: Admitted, _ request: Request, _ source: any BodySource
  ) async throws -> Response {
    func incoming() throws -> Holdings.Incoming {
      let claims = try ContentClaims(request, admitted.form)
      return Holdings.Incoming(source: source, form: admitted.form, claims: claims, chunks: admitted.chunks)
    }
    return switch admitted.operation {
    case .listBuckets: listBuckets()
    case .createBucket(let bucket): try await createBucket(bucket, incoming())
    case .headBucket(let bucket): try headBucket(bucket)
    case .deleteBucket(let bucket): try await deleteBucket(bucket)
    case .locateBucket(let bucket): try locateBucket(bucket)
    case .listObjects(let bucket): try listObjects(bucket, S3Query(request))
    case .get(let address): try await readObject(address, request)
    case .put(let address): try await putObject(address, request, incoming())
    case .delete(let address): try await deleteObject(address)
    case .createUpload(let address): try await createUpload(address, request)
    case .putPart(let address, let id, let number): try await putPart(number, of: id, address, request, incoming())
    case .listParts(let address, let id): try listParts(of: id, address, S3Query(request))
    case .completeUpload(let address, let id): try await completeUpload(id, address, request, incoming())
    case .abortUpload(let address, let id): try await abortUpload(id, address)
    }
  }
}

extension Response {
  static func xml(_ document: [UInt8]) -> Response { Response(.ok, contentType: "application/xml", document) }
}

extension SigV4SignedRequest {
  fileprivate init(_ request: Request) {
    var headers: [SigV4Field] = []
    request.fields.forEach { headers.append(SigV4Field($0.text, $1.text)) }
    self.init(
      method: request.method.rawValue, path: request.path.text, query: request.query?.text ?? "", headers: headers)
  }
}
