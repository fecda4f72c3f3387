import HTTP
import Observability
@testable import OriginServer
import Signing
import Testing

@Suite struct `An edge's word on a client` {
  private let old = EdgeClientSignature.Key(id: "old", secret: Array("the secret that goes, 32 bytes long".utf8))
  private let new = EdgeClientSignature.Key(id: "new", secret: Array("the secret that comes, 32 bytes long".utf8))

  private func field(
    _ keys: [EdgeClientSignature.Key], late seconds: Int64 = 0, target: String = "/api/v1/titles",
    address: String = "198.51.100.9"
  ) -> String {
    let client = EdgeClient(address: address, country: "DE", requestID: "r")
    let subject = EdgeClientSignature.Subject(method: "GET", host: "origin:8081", target: target)
    return EdgeClientSignature(keys: keys).sign(client, for: subject, at: CivilTime.nowUnixSeconds - seconds)
  }

  private func client(_ field: String?, _ metrics: Metrics = Metrics()) -> ClientIdentity {
    let word = field.map { [(FieldName.edgeClient, $0)] } ?? []
    let request = Request(.get, "/api/v1/titles", fields: [(.host, "origin:8081")] + word)
    request.client = ClientIdentity(address: .loopback)
    EdgeVouchers([new, old], metrics).identify(request)
    return request.client
  }

  @Test func `is believed, under either key while they are changed`() {
    for key in [new, old] {
      let client = client(field([key]))
      #expect("\(client.address)" == "198.51.100.9" && client.country == "DE" && client.isVouchedFor)
    }
  }

  @Test func `that is missing or bad leaves the socket's peer, and is counted`() {
    let stranger = EdgeClientSignature.Key(id: "new", secret: Array("a secret of somebody else's, 32 bytes".utf8))
    let unknown = EdgeClientSignature.Key(id: "other", secret: Array("a secret of somebody else's, 32 bytes".utf8))
    let faults: [(String?, String)] = [
      (nil, "missing"), ("v1;x", "malformed"), (field([new], address: "here"), "malformed"),
      (field([stranger]), "wrong_signature"), (field([unknown]), "unknown_key"), (field([new], late: 40), "stale"),
      (field([new], target: "/api/v1/admin/titles"), "wrong_signature"),
    ]
    for (field, result) in faults {
      let metrics = Metrics()
      #expect(client(field, metrics) == ClientIdentity(address: .loopback), "\(result)")
      let line = "origin_edge_client_total{result=\"\(result)\"} 1\n"
      #expect(metrics.snapshot.prometheusText.contains(line), "\(metrics.snapshot.prometheusText)")
    }
  }

  @Test func `counts for nothing where no key is set`() {
    let request = Request(.get, "/api/v1/titles", fields: [(.host, "origin:8081"), (.edgeClient, field([new]))])
    EdgeVouchers([], Metrics()).identify(request)
    #expect(!request.client.isVouchedFor)
  }
}
