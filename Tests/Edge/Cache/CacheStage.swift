@testable import Edge
import HTTP
import HTTPClient
import HTTPServer
import Loop
import Publication
@testable import Redis
import Signing
import Support

/// A cache in front of an origin that a test scripts, all on one loop.
final class CacheStage {
  let loop: EventLoop
  let origin: ScriptedOrigin
  let cache: EdgeCache
  private let client: WebClient
  private var purges = 0

  private init(
    _ loop: EventLoop, _ limits: EdgeCache.Limits, _ store: AnswerStore, _ keys: PublicKeys, _ bond: OriginBond
  ) throws {
    self.loop = loop
    origin = try ScriptedOrigin(on: loop)
    client = WebClient(loop: loop)
    let upstream = Upstream(
      client, Authority(host: "127.0.0.1", port: origin.port), bond: bond,
      country: { $0.client.country.flatMap { CountryCode($0) } },
      audience: { $0.client.country.flatMap { CountryCode($0 == "AT" ? "DE" : $0) } }, clientFields: { ["x-country"] },
      now: { 1_700_000_000 })
    cache = EdgeCache(on: loop, upstream, store, limits: limits, publicKeys: keys)
  }

  /// - Parameter follows: the cache reads all purges from the start.
  static func run(
    limits: EdgeCache.Limits = EdgeCache.Limits(), room: Int = 1 << 30,
    disk: DiskStore? = nil, keys: PublicKeys = PublicKeys(),
    bond: OriginBond = .own(nil), follows: Bool = true,
    _ body: @escaping (CacheStage) async throws -> Void
  ) throws {
    let loop = EventLoop()
    let _: Void = try loop.run {
      let stage = try CacheStage(loop, limits, AnswerStore(room: room, disk: disk), keys, bond)
      if follows { await stage.catchUp() }
      do { try await body(stage) } catch {
        await stage.stop()
        throw error
      }
      await stage.stop()
    }
  }

  /// Until the clock has moved on: what is asked for now is asked after it.
  func catchUp() async {
    cache.hear(.upToDate)
    let heard = loop.now
    while loop.now <= heard { await loop.sleep(for: .milliseconds(1)) }
  }

  func purge(_ tags: String, softly: Bool = false) {
    purge(PurgeNotice(tags.split(separator: ",").map { .tag(String($0)) }, isSoft: softly))
  }

  func purge(_ notice: PurgeNotice) {
    purges += 1
    cache.hear(.entry(StreamEntry(id: "\(purges)-0", fields: notice.fields), stream: PurgeNotice.stream))
  }

  private func stop() async {
    client.close()
    await origin.stop()
  }

  struct Answer {
    let status: UInt16
    let bytes: [UInt8]
    let fields: Fields
    let age: Int?
    /// Of a hit.
    let ttl: Int?
    /// Decided without waiting for anything.
    let isImmediate: Bool

    var text: String { bytes.text }
    var note: String { fields.first(.cacheStatus) ?? "" }
  }

  func get(_ target: String, country: String? = nil, _ fields: (FieldName, String)...) async throws -> Answer {
    try await send(.get, target, country: country, fields)
  }

  func send(
    _ method: Method, _ target: String, country: String? = nil, _ fields: [(FieldName, String)] = []
  ) async throws -> Answer {
    let request = Request(method, target, fields: [(.host, "films.example")] + fields)
    request.client.country = country
    return try await answer(cache.dispatch(request), to: request)
  }

  /// What becomes of a request that has been looked at.
  func answer(_ dispatch: Dispatch, to request: Request) async throws -> Answer {
    switch dispatch {
    case .respond(let response): return try await answer(response, isImmediate: true)
    case .streamed(let handler): return try await answer(await handler(request, NoContent()), isImmediate: false)
    case .buffered: preconditionFailure("the cache buffers no content")
    }
  }

  private func answer(_ response: Response, isImmediate: Bool) async throws -> Answer {
    var bytes: [UInt8] = []
    switch response.body {
    case .bytes(let whole): bytes = whole
    case .stream(let source, _): bytes = try await source.collect(limit: 16 << 20)
    case .none, .omitted: break
    }
    return Answer(
      status: response.status.code, bytes: bytes, fields: response.fields, age: response.age,
      ttl: response.hitTTL, isImmediate: isImmediate)
  }
}

private final class NoContent: BodySource {
  func next() async throws -> [UInt8]? { nil }
}

/// Content in two halves, the second when the test says so.
final class HalvedContent: BodySource {
  private let bytes: [UInt8]
  private var position = 0
  private let loop: EventLoop
  private let isHeld: () -> Bool

  init(_ bytes: [UInt8], on loop: EventLoop, while isHeld: @escaping () -> Bool) {
    self.bytes = bytes
    self.loop = loop
    self.isHeld = isHeld
  }

  func next() async throws -> [UInt8]? {
    guard position < bytes.count else { return nil }
    while position > 0, isHeld() { await loop.sleep(for: .milliseconds(1)) }
    let half = position == 0 ? bytes[..<(bytes.count / 2)] : bytes[position...]
    position += half.count
    return Array(half)
  }
}

/// Answers as the test says, at once or when it says so.
final class ScriptedOrigin: Service {
  /// Whole heads as they came, in order.
  private(set) var requests: [(target: String, fields: Fields)] = []
  /// Made for each request anew.
  var answer: (Request) -> Response = { _ in Response(.notFound) }
  /// Answers are made and then wait for it to become false.
  var isHeld = false
  private let loop: EventLoop
  private var server: Server?

  init(on loop: EventLoop) throws {
    self.loop = loop
    server = try Server(on: .tcp(host: "127.0.0.1", port: 0), loop: loop, service: self)
    port = server?.port ?? 0
  }

  private(set) var port: UInt16 = 0

  func stop() async {
    await server?.drain(deadline: .zero)
    server = nil
  }

  /// Comes back where it was.
  func start() throws { server = try Server(on: .tcp(host: "127.0.0.1", port: port), loop: loop, service: self) }

  func dispatch(_ request: Request) -> Dispatch {
    requests.append((request.target.text, request.fields))
    return .buffered(limit: 1_024) { [self] request in
      let response = answer(request)
      return .later { [self] in
        while isHeld { await loop.sleep(for: .milliseconds(1)) }
        return response
      }
    }
  }

  func finished(_ request: Request, status: Status, bytes: Int, duration: Duration) {}
}

extension Response {
  /// An answer of our origin: shared, with its windows.
  static func shared(
    _ text: String, seconds: Int = 30, age: Int? = nil, tags: String? = nil, reuse: String? = nil
  ) -> Response {
    var response = Response(.ok, contentType: "application/json", Array(text.utf8))
    response.fields.append(.etag, "\"\(text)\"")
    let windows = "max-age=\(seconds), stale-while-revalidate=60, stale-if-error=300"
    response.fields.append(.cdnCacheControl, windows)
    response.fields.append(.cacheControl, reuse == "country" ? "private, max-age=\(seconds)" : "public, \(windows)")
    if let age { response.fields.append(.age, "\(age)") }
    if let tags { response.fields.append(.cacheTag, tags) }
    if let reuse { response.fields.append(.edgeReuse, reuse) }
    return response
  }

  /// As the origin answers a condition.
  func conditional(on request: Request) -> Response {
    let validators = Validators(etag: fields.bytes(.etag).flatMap { ETag(parsing: $0) })
    guard Conditions.evaluate(request, against: validators) == .notModified else { return self }
    return Response(.notModified, fields: fields)
  }
}
