internal import Glibc
internal import HTTP
internal import JSON
internal import PolicyHost
internal import Publication

/// The routes by which players get signed URLs. Their answers are secrets: no cache keeps them.
struct DeliveryRoutes {
  let issuance: Issuance
  let batches: BatchIssuance

  var routes: [EdgeRoute] {
    [
      EdgeRoute(.post, "/api/v1/delivery/download-url") { request async throws(Problem) in
        try await answer(request, .download)
      },
      EdgeRoute(.post, "/api/v1/delivery/bundle-url") { request async throws(Problem) in
        try await answer(request, .bundle)
      },
      EdgeRoute(.post, "/api/v1/delivery/batch-download-urls", limit: batches.contentLimit) {
        request async throws(Problem) in
        let wanted = try BatchRequest(json: request.body, most: batches.mostItems)
        let results = await batches.issue(wanted, for: request, now: Int64(time(nil)))
        return Response(.ok, fields: Self.fields, body: .bytes(results))
      },
    ]
  }

  private func answer(_ request: Request, _ purpose: PolicyRequest.Purpose) async throws(Problem) -> Response {
    let wanted = try IssuanceRequest(json: request.body)
    if purpose == .bundle, !(wanted.key.keyspace == .bundles && wanted.key.text.hasSuffix(".zip")) {
      throw Problem(.badRequest, "Invalid bundle key; expected bundles/{...}.zip")
    }
    let grant = try await issuance.issue(wanted, for: request, purpose: purpose, now: Int64(time(nil)))
    return Response(.ok, fields: Self.fields, body: .bytes(grant.json))
  }

  private static let fields: Fields = {
    var fields = Fields()
    fields.append(.contentType, "application/json")
    fields.append(.cacheControl, "no-store")
    fields.append("pragma", "no-cache")
    return fields
  }()
}
