internal import HTTP
internal import HTTPServer
internal import JSON
internal import PolicyHost
internal import Publication

/// The routes by which players get signed URLs. Their answers are secrets: no cache keeps them.
struct DeliveryRoutes {
  let issuance: Issuance
  let batches: BatchIssuance
  /// Unix seconds.
  let now: () -> Int64

  var routes: [EdgeRoute] {
    [
      EdgeRoute(.post, "/api/v1/delivery/download-url") { handle($0, .download) },
      EdgeRoute(.post, "/api/v1/delivery/bundle-url") { handle($0, .bundle) },
      EdgeRoute(.post, "/api/v1/delivery/batch-download-urls", limit: batches.contentLimit) {
        request async throws(Problem) in
        let wanted = try BatchRequest(json: request.body, most: batches.mostItems)
        let (json, standings) = await batches.issue(wanted, for: request, now: now())
        var response = Response(.ok, fields: Self.fields, body: .bytes(json))
        for standing in standings { standing.note(on: &response.fields) }
        return response
      },
    ]
  }

  private func handle(_ request: Request, _ purpose: PolicyRequest.Purpose) -> Handling {
    do throws(Problem) {
      let wanted = try IssuanceRequest(json: request.body)
      if purpose == .bundle, !(wanted.key.keyspace == .bundles && wanted.key.text.hasSuffix(".zip")) {
        throw Problem(.badRequest, "Invalid bundle key; expected bundles/{...}.zip")
      }
      let now = now()
      if let offer = try issuance.offerAtOnce(wanted, for: request, purpose: purpose, now: now) {
        return .promised { [issuance] answer in
          issuance.accept(offer) { answer(Self.response(to: request, $0)) }
        }
      }
      return .later { [issuance] in
        do throws(Problem) {
          let grant = try await issuance.issue(wanted, for: request, purpose: purpose, now: now)
          return Self.response(to: request, .success(grant))
        } catch { return Self.response(to: request, .failure(error)) }
      }
    } catch { return .ready(Self.response(to: request, .failure(error))) }
  }

  private static func response(to request: Request, _ outcome: Result<Issuance.Grant, Problem>) -> Response {
    switch outcome {
    case .success(let grant):
      var response = Response(.ok, fields: fields, body: .bytes(grant.json))
      grant.standing?.note(on: &response.fields)
      return response
    case .failure(let refusal): return refusal.response(instance: request.id)
    }
  }

  private static let fields: Fields = {
    var fields = Fields()
    fields.append(.contentType, "application/json")
    fields.append(.cacheControl, "no-store")
    fields.append("pragma", "no-cache")
    return fields
  }()
}
