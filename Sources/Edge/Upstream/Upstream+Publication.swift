internal import HTTP
internal import HTTPClient
package import Loop
package import Publication

extension Upstream {
  /// A catalogue of a million titles with windows.
  private static let mostBytes = 256 << 20

  /// All that the origin publishes; nil when it is of that version. Read off the loop: it may be large.
  package func publication(otherThan version: Int64?, on loop: EventLoop) async throws -> PublishedState? {
    let target = "/internal/publication" + (version.map { "?after=\($0)" } ?? "")
    let answer = try await send(ours(.get, target), deadline: .seconds(10))
    if answer.status == .noContent { return nil }
    guard answer.status == .ok else { throw Refusal(status: answer.status.code) }
    let bytes = try await answer.collect(limit: Self.mostBytes)
    return try await loop.offload { try PublicationCodec.decodeState(bytes) }
  }

  private struct Refusal: Error, CustomStringConvertible {
    let status: UInt16

    var description: String { "the origin answers \(status): is EDGE_IDENTITY_KEYS the same on both?" }
  }
}
