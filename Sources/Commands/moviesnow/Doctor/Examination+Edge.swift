internal import Edge
internal import HTTP
internal import HTTPClient
internal import Loop
internal import Signing

/// What only an edge has.
extension Examination {
  /// As an edge that starts: its origin tells what is published to those that it believes.
  func publication(_ keys: [EdgeClientSignature.Key], of origin: Authority) async {
    let upstream = Upstream(
      web, origin, bond: .own(EdgeClientSignature(keys: keys)), country: { _ in nil }, audience: { _ in nil },
      clientFields: { [] }, now: { CivilTime.nowUnixSeconds })
    do {
      _ = try await upstream.publication(otherThan: nil, on: loop)
      note("EDGE_IDENTITY_KEYS", .ok, "the origin tells us what is published")
    } catch { note("EDGE_IDENTITY_KEYS", .failed, "\(error)") }
  }
}
