package import HTTP
package import HTTPClient
internal import HTTPServer
package import Publication
internal import Signing

/// The origin behind this edge: requests go on to it streamed, re-serialised and never copied through, and its answers
/// come back the same way.
package struct Upstream {
  static let via = "1.1 moviesnow-edge"

  /// Of a request, what is not sent on, or said anew.
  private static let notForTheOrigin: FieldNames = .hopByHop + [.host, .contentLength, .xRequestID, .traceparent]
  /// Of an answer: the server writes these itself.
  private static let notForClients: FieldNames = .hopByHop + [.contentLength, .xRequestID, .traceparent]
  /// Of our own origin's besides: said to the edge alone, or the server's own too.
  private static let notForOurClients =
    notForClients + [.ownCacheControl, .cdnCacheControl, .cacheTag, .edgeReuse, .server] + SecurityFields.alwaysOurs

  /// Where a caller is, as far as it is known.
  private let country: (Request) -> CountryCode?
  /// Whose answer a caller is given, where answers differ by country: the origin is asked for that one.
  let audience: (Request) -> CountryCode?
  /// The fields that tell where a caller is: the origin is told in `Edge-Client`.
  private let clientFields: () -> FieldNames
  private let client: WebClient
  private let authority: Authority
  let bond: OriginBond
  /// For the origin's head, once the request is sent.
  let deadline: Duration
  /// Each question is a span of its own in a trace that is sampled.
  private let isTraced: Bool
  private let now: () -> Int64

  /// - Parameter now: Unix seconds.
  package init(
    _ client: WebClient, _ authority: Authority, bond: OriginBond, deadline: Duration = .seconds(30),
    country: @escaping (Request) -> CountryCode?, audience: @escaping (Request) -> CountryCode?,
    clientFields: @escaping () -> FieldNames, isTraced: Bool = false,
    now: @escaping () -> Int64
  ) {
    self.client = client
    self.authority = authority
    self.bond = bond
    self.deadline = deadline
    self.country = country
    self.audience = audience
    self.clientFields = clientFields
    self.isTraced = isTraced
    self.now = now
  }

  var date: HTTPDate { HTTPDate(secondsSinceEpoch: Int(now())) }

  /// The origin's answer, streamed; 502 when it cannot be had, 504 when it did not come in time.
  func forward(_ request: Request, _ content: any BodySource, _ status: CacheStatus) async -> Response {
    var wanted = wanted(request.method, target(of: request), request, from: place(of: request))
    switch request.framing {
    case .none: break
    case .length(let count): wanted.body = .stream(content, length: count)
    case .chunked, .untilClose: wanted.body = .stream(content, length: nil)
    }
    return await relay(wanted, for: request, status)
  }

  /// The same for a request without content.
  func forward(_ request: Request, _ status: CacheStatus) async -> Response {
    let wanted = wanted(request.method, target(of: request), request, from: place(of: request))
    return await relay(wanted, for: request, status)
  }

  func target(of request: Request) -> String {
    bond.isOwn ? request.targetWithoutPublicKey : request.target.text
  }

  private func place(of request: Request) -> CountryCode? {
    request.method.isSafe ? audience(request) : country(request)
  }

  private func relay(_ wanted: ClientRequest, for request: Request, _ status: CacheStatus) async -> Response {
    do {
      return response(try await send(wanted, deadline: deadline), to: request.method).noting(status)
    } catch {
      return Self.problem(error).response(instance: request.id).noting(status)
    }
  }

  /// The request as it goes on; its content apart. For our own origin the public key leaves the target, where logs
  /// would keep it.
  /// - Parameter place: where the caller is, for our own origin. Of an answer that may be kept, as it was when its
  ///   place in the cache was chosen: policies may have changed since.
  func wanted(_ method: Method, _ target: String, _ request: Request, from place: CountryCode?) -> ClientRequest {
    var fields = request.fields
    fields.removeHopByHop(Self.notForTheOrigin)
    fields.removeClaims(clientFields())
    fields.removeCodings(from: .ifMatch)
    fields.reserve(12)
    fields.append(.xRequestID, size: UUIDv4.size) { request.id.append(to: &$0) }
    var random = SystemRandomNumberGenerator()
    let trace = isTraced && request.trace.isSampled ? request.trace.child(using: &random) : nil
    fields.append(.traceparent, size: TraceContext.size) { (trace ?? request.trace).append(to: &$0) }
    // Of a trace that begins here nobody has said anything yet. Source: W3C Trace Context, §3.3.
    if !request.trace.isContinued, fields.contains(.tracestate) { fields.remove(.tracestate) }
    fields.append(.via, request.version == .http11 ? Self.via : "\(request.version.inVia) moviesnow-edge")
    if let left = request.forwardsLeft { fields.set(.maxForwards, "\(left - 1)") }
    var wanted = ClientRequest(method, authority, target, fields: fields)
    wanted.trace = trace
    if method == .other { wanted.methodName = request.methodName }
    wanted.onInterim = { [weak announcer = request.announcer] status, fields in
      // 100 is between us and the origin.
      guard status != .continue else { return }
      var fields = fields
      fields.removeHopByHop()
      announcer?.announce(status, fields)
    }
    if bond.isOwn {
      if let key = request.publicKey, !wanted.fields.contains(.xAPIKey) { wanted.fields.append(.xAPIKey, key) }
      let client = EdgeClient(
        address: request.client.address.description, country: place?.description ?? "",
        requestID: request.id.description)
      vouch(for: client, wanted.methodName, target, in: &wanted.fields)
    } else {
      wanted.host = request.host
      wanted.fields.append(.xForwardedFor) { request.client.address.append(to: &$0) }
      wanted.fields.append(.xForwardedProto, request.isSecure ? "https" : "http")
    }
    return wanted
  }

  /// A request of the edge's own, for no client.
  func ours(_ method: Method, _ target: String) -> ClientRequest {
    var fields = Fields()
    let client = EdgeClient(address: "\(IPAddress.unspecified)", country: "", requestID: "\(UUIDv4.random())")
    vouch(for: client, method.rawValue, target, in: &fields)
    return ClientRequest(method, authority, target, fields: fields)
  }

  private func vouch(for client: EdgeClient, _ method: String, _ target: String, in fields: inout Fields) {
    guard case .own(let identity?) = bond else { return }
    let subject = EdgeClientSignature.Subject(method: method, host: authority.name, target: target)
    fields.set(.edgeClient, identity.sign(client, for: subject, at: now()))
  }

  func send(_ wanted: ClientRequest, deadline: Duration) async throws(HTTPClientError) -> ClientResponse {
    try await client.send(wanted, deadline: deadline)
  }

  func response(_ answer: ClientResponse, to method: Method) -> Response {
    let fields = visibleFields(answer.fields)
    let hasContent = method != .head && !answer.status.forbidsBody && answer.length != 0
    guard hasContent else {
      let length = answer.fields.first(.contentLength).flatMap { Int($0) }
      let body: Body = method == .head ? length.map { .omitted(length: $0) } ?? .none : .none
      return Response(answer.status, fields: fields, body: body)
    }
    let body = answer.arrived.map { Body.bytes($0) } ?? .stream(answer, length: answer.length)
    return Response(answer.status, fields: fields, body: body)
  }

  /// The origin's fields as a client may see them.
  func visibleFields(_ origin: Fields) -> Fields {
    var fields = origin
    fields.removeHopByHop(bond.isOwn ? Self.notForOurClients : Self.notForClients)
    if bond.isOwn { fields.removeCrossOrigin() }
    fields.append(.via, Self.via)
    return fields
  }

  /// Those of an answer that many clients will get: nothing in them is about the one who asked for it.
  func sharedFields(_ origin: Fields) -> Fields {
    var fields = visibleFields(origin)
    if bond.isOwn { for name: FieldName in [.rateLimit, .rateLimitPolicy] { fields.remove(name) } }
    if !fields.contains(.date) { fields.append(.date, "\(date)") }
    return fields
  }

  static func problem(_ error: HTTPClientError) -> Problem {
    let isLate = if case .timedOut = error { true } else { false }
    let problem =
      isLate
      ? Problem(.gatewayTimeout, "The origin did not answer in time")
      : Problem(.badGateway, "The origin cannot be reached")
    return problem.with(.retryAfter, "1")
  }
}

extension Fields {
  /// Only we may say who the client is, and where: what others have said, the edge has heeded or not.
  fileprivate mutating func removeClaims(_ others: FieldNames) {
    removeAll { name in
      Self.claims.contains(name) || others.contains(name) || Self.isLookalike(name)
    }
  }

  private static let claims: FieldNames = [.edgeClient, .forwarded]

  /// A server that takes another mark for a hyphen, as CGI does, or none would read a claim there, or where the message
  /// ends.
  private static func isLookalike(_ name: Span<UInt8>) -> Bool {
    lookalikes.contains { name.spells($0) } || name.spells("xforwarded", orMore: true)
  }

  private static let lookalikes = ["contentlength", "transferencoding", "edgeclient", "proxyconnection", "keepalive"]

  /// Drops what is meant for the next hop only, and what Connection names. Source: RFC 9110 §7.6.1.
  /// - Parameter names: those of such fields, and of others that go in the same pass.
  fileprivate mutating func removeHopByHop(_ names: FieldNames = .hopByHop) {
    let options = all(.connection)
    // As it mostly is: it names no other field.
    if options != ["keep-alive"] {
      for option in options.joined(separator: ",").split(separator: ",") {
        let name = option.drop { $0 == " " || $0 == "\t" }.prefix { $0 != " " && $0 != "\t" }
        if let name = FieldName(token: name) { remove(name) }
      }
    }
    remove(names)
  }
}

extension FieldNames {
  fileprivate static let hopByHop: FieldNames = [
    .connection, .keepAlive, .expect, .te, .transferEncoding, .upgrade, .trailer, "proxy-connection",
    "proxy-authenticate", "proxy-authorization", "proxy-authentication-info",
  ]
}

extension Version {
  /// A version without a minor number counts as one with 0. Source: RFC 9110 §2.5, §7.6.3.
  fileprivate var inVia: String { self == .http2 ? "2.0" : number }
}

extension Span<UInt8> {
  /// The same letters in either case, whatever marks stand among them. `lowered` is in lower case.
  fileprivate func spells(_ lowered: String, orMore: Bool = false) -> Bool {
    let letters = lowered.utf8Span.span
    var count = 0
    for index in indices {
      let letter = self[index].loweredASCII
      guard (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(letter) else { continue }
      guard count < letters.count else { return orMore }
      guard letter == letters[count] else { return false }
      count += 1
    }
    return count == letters.count
  }
}
