package import HTTP
internal import Signing
internal import XML

/// Uploads in parts: for objects beyond 5 GiB, and for those whose bytes come from several hands.
extension Bucket {
  package func createUpload(
    _ key: String, _ content: ObjectContent.Description
  ) async throws(ObjectStoreError) -> MultipartUpload {
    let headers = content.fields + (settings.encryption?.fields ?? [])
    let request = request("POST", key, query: [SigV4Field("uploads", "")], headers: headers)
    guard let id = try await document(answer(to: request)).text(of: "UploadId") else { throw .malformedAnswer }
    return MultipartUpload(key: key, id: id)
  }

  /// `number` is 1 to 10 000; all but the last part have at least 5 MiB.
  package func putPart(
    _ number: Int, of upload: MultipartUpload, _ body: Body
  ) async throws(ObjectStoreError) -> MultipartUpload.Part {
    let answer = try await answer(to: request("PUT", upload.key, query: upload.query(part: number)), body)
    return MultipartUpload.Part(number: number, etag: try await etag(of: answer))
  }

  /// Parts in the order of their numbers. The whole object's ETag is for `head` to say: not every store tells it here.
  package func complete(
    _ upload: MultipartUpload, _ parts: [MultipartUpload.Part]
  ) async throws(ObjectStoreError) {
    let request = request("POST", upload.key, query: upload.query)
    let document = try await document(answer(to: request, .bytes(MultipartUpload.completion(parts))))
    // The store answers 200 before it is done, and may report a failure in the content.
    guard document.name == "CompleteMultipartUploadResult" else { throw .unavailable(status: .internalServerError) }
  }

  /// What is not there counts as aborted.
  package func abort(_ upload: MultipartUpload) async throws(ObjectStoreError) {
    do throws(ObjectStoreError) {
      try await finish(answer(to: request("DELETE", upload.key, query: upload.query)))
    } catch .notFound {}
  }
}
