import Glibc
import HTTP
@testable import LocalObjectStore
import Loop
import Signing
import XML

/// Talks to the service inside the process, with real signatures.
final class SignedClient {
  static let credentials = SigV4Credentials(accessKeyID: "local", secretAccessKey: "a secret of the store's tests")

  struct Answer {
    var status: UInt16
    var fields: Fields
    var body: [UInt8]

    var text: String { body.text }
    /// The code of an S3 error; nil on any other answer.
    var errorCode: String? { (try? XMLReader.read(body)).flatMap { $0.name == "Error" ? $0.first("Code")?.text : nil } }
    func xml() throws -> XMLElement { try XMLReader.read(body) }
  }

  let path: String
  let loop: EventLoop
  private(set) var service: S3Service
  private var signer = SignedClient.signer(credentials.secretAccessKey)
  private let address = S3Address(
    endpoint: "http://127.0.0.1:9000", region: "us-east-1", bucket: "films", addressing: .path)!

  /// Gives the body a client of an empty store with the bucket `films`.
  static func run(_ body: @escaping (SignedClient) async throws -> Void) throws {
    var template = Array("/tmp/moviesnow-store-XXXXXX".utf8CString)
    let path = unsafe String(cString: mkdtemp(&template))
    defer { _ = unsafe system("rm -rf \(path)") }
    let loop = EventLoop()
    try loop.run {
      let client = try await SignedClient(path: path, on: loop)
      try await client.service.holdings.createBucket("films")
      try await body(client)
    }
  }

  private init(path: String, on loop: EventLoop) async throws {
    self.path = path
    self.loop = loop
    service = try await Self.load(path, on: loop)
  }

  private static func signer(_ secret: String) -> SigV4Signer {
    SigV4Signer(
      credentials: SigV4Credentials(accessKeyID: credentials.accessKeyID, secretAccessKey: secret), region: "us-east-1")
  }

  private static func load(_ path: String, on loop: EventLoop) async throws -> S3Service {
    S3Service(try await Holdings.load(on: loop, path: path), region: "us-east-1", credentials: credentials)
  }

  /// As after a crash: what is in memory is lost.
  func restart() async throws { service = try await Self.load(path, on: loop) }

  func send(
    _ method: Method, _ key: String?, query: [SigV4Field] = [], fields: [SigV4Field] = [], body: [UInt8] = [],
    secret: String? = nil, age: Int64 = 0
  ) async -> Answer {
    let request = SigV4Request(method.rawValue, address, key: key, query: query, headers: fields)
    if let secret { signer = Self.signer(secret) }
    let signature = signer.authorize(request, payload: .hash(of: body), at: WallClock.milliseconds / 1_000 - age)
    return await send(method, target: request.target, fields + signature, body)
  }

  /// Sends what a presigned URL says, or what was made of it.
  func send(_ method: Method, target: String, _ fields: [SigV4Field] = [], _ body: [UInt8] = []) async -> Answer {
    let host = SigV4Field("host", "127.0.0.1:9000")
    let request = Request(
      method, target, fields: ([host] + fields).map { (FieldName(token: $0.name)!, $0.value) }, body: body)
    return await Self.collect(await answer(request, body))
  }

  private func answer(_ request: Request, _ body: [UInt8]) async -> Response {
    do {
      return await service.answer(try service.admit(request), request, PiecewiseBody(body))
    } catch {
      return S3Error(error).response(to: request)
    }
  }

  /// A presigned URL's target.
  func presign(
    _ method: Method, _ key: String, query: [SigV4Field] = [], fields: [SigV4Field] = [], age: Int64 = 0,
    expires: Int = 60
  ) -> String {
    let request = SigV4Request(method.rawValue, address, key: key, query: query, headers: fields)
    let url = signer.presign(request, expiresSeconds: expires, at: WallClock.milliseconds / 1_000 - age)
    return String(url.dropFirst("http://127.0.0.1:9000".count))
  }

  private static func collect(_ response: Response) async -> Answer {
    var answer = Answer(status: response.status.code, fields: response.fields, body: [])
    switch response.body {
    case .none, .omitted: break
    case .bytes(let bytes): answer.body = bytes
    case .stream(let source, _): answer.body = (try? await source.collect(limit: 1 << 30)) ?? []
    }
    return answer
  }
}

/// A body that comes in pieces of no particular size.
private final class PiecewiseBody: BodySource {
  private var rest: ArraySlice<UInt8>

  init(_ bytes: [UInt8]) { rest = bytes[...] }

  func next() async throws -> [UInt8]? {
    guard !rest.isEmpty else { return nil }
    let piece = Array(rest.prefix(1_000_003))
    rest = rest.dropFirst(piece.count)
    return piece
  }
}
