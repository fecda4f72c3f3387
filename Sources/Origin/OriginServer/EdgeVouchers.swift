internal import HTTP
internal import Observability
internal import Publication
internal import Signing

/// Believes an edge that signs for a request's client. Without its word the socket's peer is the client.
final class EdgeVouchers {
  /// Nil: no edge is known, and none is believed.
  private let signature: EdgeClientSignature?
  private let believed: Counter
  private let missing: Counter
  private let refused: [EdgeClientSignature.Refusal: Counter]

  init(_ keys: [EdgeClientSignature.Key], _ metrics: Metrics) {
    signature = keys.isEmpty ? nil : EdgeClientSignature(keys: keys)
    func counter(_ result: String) -> Counter {
      metrics.counter(
        "origin_edge_client_total", help: "Requests, by what came of an edge's word on their client.",
        labels: [MetricLabel("result", result)])
    }
    believed = counter("believed")
    missing = counter("missing")
    refused = [
      .malformed: counter("malformed"), .unknownKey: counter("unknown_key"), .stale: counter("stale"),
      .wrongSignature: counter("wrong_signature"),
    ]
  }

  /// Sets the client that an edge names; it vouches for it with the request.
  func identify(_ request: Request) {
    guard let signature else { return }
    guard let field = request.fields.first(.edgeClient) else { return missing.add() }
    do throws(EdgeClientSignature.Refusal) {
      let subject = EdgeClientSignature.Subject(
        method: request.methodName, host: request.host ?? "", target: request.target.text)
      let client = try signature.verify(field, for: subject, at: CivilTime.nowUnixSeconds)
      guard let address = IPAddress(client.address) else { throw .malformed }
      let country = CountryCode(client.country)?.description
      request.client = ClientIdentity(address: address, country: country)
      request.client.isVouchedFor = true
      request.trace.heedCaller()
      believed.add()
    } catch {
      refused[error]?.add()
    }
  }
}
