package import HTTP
package import HTTPClient
internal import HTTPServer
package import Signing

/// The origin behind this edge: requests go on to it streamed, re-serialised and never copied through, and its answers
/// come back the same way.
package struct Upstream {
  private let client: WebClient
  private let authority: Authority
  private let identity: EdgeClientSignature?
  private let now: () -> Int64

  /// For the origin's head, once the request is sent.
  private static let deadline = Duration.seconds(30)

  /// - Parameter identity: signs `Edge-Client`; without it the origin takes the edge for the client.
  /// - Parameter now: Unix seconds.
  package init(
    _ client: WebClient, _ authority: Authority, identity: EdgeClientSignature?, now: @escaping () -> Int64
  ) {
    self.client = client
    self.authority = authority
    self.identity = identity
    self.now = now
  }

  /// The origin's answer; 502 when it cannot be had, 504 when it did not come in time.
  package func forward(_ request: Request, _ content: any BodySource) async -> Response {
    let target = String(decoding: request.target, as: UTF8.self)
    var wanted = ClientRequest(request.method, authority, target, fields: forwarded(request, target))
    switch request.framing {
    case .none: break
    case .length(let count): wanted.body = .stream(content, length: count)
    case .chunked, .untilClose: wanted.body = .stream(content, length: nil)
    }
    do {
      let answer = try await client.send(wanted, deadline: Self.deadline)
      return response(to: request, from: answer)
    } catch {
      return problem(error).response(instance: request.id)
    }
  }

  private func forwarded(_ request: Request, _ target: String) -> Fields {
    var fields = request.fields
    fields.removeHopByHop()
    // Only we may say who the client is.
    for name: FieldName in [.edgeClient, .forwarded, .xForwardedFor, .xForwardedProto] { fields.remove(name) }
    fields.set(.xRequestID, "\(request.id)")
    fields.set(.traceparent, "\(request.trace)")
    fields.append(.via, "1.1 moviesnow-edge")
    if let identity {
      let client = EdgeClient(
        address: "\(request.client.address)", country: request.client.country ?? "", requestID: "\(request.id)")
      let subject = EdgeClientSignature.Subject(
        method: request.method.rawValue, host: authority.name, target: target)
      fields.set(.edgeClient, identity.sign(client, for: subject, at: now()))
    }
    return fields
  }

  private func response(to request: Request, from answer: ClientResponse) -> Response {
    var fields = answer.fields
    fields.removeHopByHop()
    // The server writes these itself.
    for name in [.contentLength, .date, .xRequestID, .traceparent, .server] + SecurityFields.alwaysOurs {
      fields.remove(name)
    }
    fields.removeCrossOrigin()
    fields.append(.via, "1.1 moviesnow-edge")
    let hasContent = request.method != .head && !answer.status.forbidsBody && answer.length != 0
    guard hasContent else {
      let length = answer.fields.first(.contentLength).flatMap { Int($0) }
      let body: Body = request.method == .head ? length.map { .omitted(length: $0) } ?? .none : .none
      return Response(answer.status, fields: fields, body: body)
    }
    return Response(answer.status, fields: fields, body: .stream(answer, length: answer.length))
  }

  private func problem(_ error: HTTPClientError) -> Problem {
    if case .timedOut = error { return Problem(.gatewayTimeout, "The origin did not answer in time") }
    return Problem(.badGateway, "The origin cannot be reached").with(.retryAfter, "1")
  }
}

extension Fields {
  /// Drops what is meant for the next hop only, and what Connection names. Source: RFC 9110 §7.6.1.
  fileprivate mutating func removeHopByHop() {
    for option in (combined(.connection) ?? "").split(separator: ",") {
      let name = option.drop { $0 == " " }.prefix { $0 != " " }
      if let name = FieldName(token: name) { remove(name) }
    }
    for name: FieldName in [
      .connection, .keepAlive, .te, .transferEncoding, .upgrade, .trailer, "proxy-connection", "proxy-authenticate",
      "proxy-authorization",
    ] { remove(name) }
  }
}
