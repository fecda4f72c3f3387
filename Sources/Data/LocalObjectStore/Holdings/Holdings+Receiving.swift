internal import HTTP
internal import Loop
internal import Signing

/// Taking in a body.
extension Holdings {
  /// A body that is on its way, and what it must turn out to be.
  struct Incoming {
    var source: any BodySource
    var form: PayloadForm
    var claims: ContentClaims
    var chunks: SigV4ChunkVerifier
  }

  /// Writes the body to a staged file and checks every claim about it. Nothing is left when one fails.
  func receive(_ incoming: Incoming) async throws -> (StagedFile, StoredContent) {
    let staged = try await loop.offload { [folder] in try folder.stage() }
    do {
      return (staged, try await write(incoming, to: staged))
    } catch {
      await discard(staged)
      throw error
    }
  }

  private func write(_ incoming: Incoming, to staged: StagedFile) async throws -> StoredContent {
    var digests = ContentDigests(incoming.claims)
    var payload: ChunkedPayload?
    if case .chunked(let isSigned, let hasTrailer) = incoming.form {
      payload = ChunkedPayload(verifier: isSigned ? incoming.chunks : nil, hasTrailer: hasTrailer)
    }
    while let piece = try await incoming.source.next() {
      let content = try payload?.decode(piece) ?? piece
      if content.isEmpty { continue }
      digests = try await loop.offload { [digests] in
        var digests = digests
        try digests.update(content)
        try staged.file.append(content)
        return digests
      }
    }
    guard payload?.isComplete ?? true else { throw PayloadError.length }
    return try digests.finish(
      trailer: payload?.trailer ?? [], version: StoreFolder.newVersion(), atMs: WallClock.milliseconds)
  }
}
