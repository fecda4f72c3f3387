internal import HTTP
internal import HTTPClient
internal import ObjectStore

extension Examination {
  /// Whether our credentials may do with the bucket what the role must.
  /// - Parameter mustWrite: puts an object below `moviesnow-doctor/`, reads and removes it.
  func store(_ settings: ObjectStoreSettings, mustWrite: Bool) async {
    let setting = "AWS_BUCKET_NAME"
    var settings = settings
    settings.deadline = Self.deadline
    guard let bucket = try? Bucket(settings, client: web) else { return }
    let key = "moviesnow-doctor/\(UInt64.random(in: 0...(.max)))"
    do throws(ObjectStoreError) {
      if mustWrite {
        try await bucket.put(key, .bytes(Array("hello".utf8)), ObjectContent.Description("text/plain"))
        _ = try await bucket.head(key)
        try await bucket.delete(key)
        note(setting, .ok, "\(settings.bucket): we may write, read and remove")
      } else {
        // Who asks for an object is not told whether that or the bucket is missing.
        _ = try await bucket.list(prefix: key, limit: 1)
        try await lookForNothing(key, in: bucket)
        note(setting, .ok, "\(settings.bucket): we may ask for objects")
      }
    } catch { note(setting, .failed, "\(settings.bucket): \(advice(on: error))") }
    await storeClock(settings)
  }

  /// S3 answers 403 for what is not there to those who may not list the bucket.
  private func lookForNothing(_ key: String, in bucket: Bucket) async throws(ObjectStoreError) {
    do throws(ObjectStoreError) { _ = try await bucket.head(key) } catch .notFound {}
  }

  private func advice(on error: ObjectStoreError) -> String {
    switch error {
    case .notFound: "there is no such bucket: make it, or correct the name"
    case .refused(let status, let code):
      """
      refused with \(status.code)\(code.isEmpty ? "" : " \(code)"): see AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, \
      AWS_REGION, and that this key may read the bucket and list it
      """
    case .transport(let error): "AWS_S3_ENDPOINT_URL: \(error). Does it run, and does a firewall stand between?"
    case .unavailable(let status): "it answers \(status.code): try again"
    case .conditionFailed, .malformedAnswer: "its answers are not S3's: is AWS_S3_ENDPOINT_URL another server's?"
    }
  }

  /// Unsigned: only the date counts.
  private func storeClock(_ settings: ObjectStoreSettings) async {
    guard let authority = try? Authority(url: settings.endpoint ?? "https://s3.\(settings.region).amazonaws.com")
    else { return }
    guard let answer = try? await web.send(ClientRequest(.head, authority, "/"), deadline: Self.deadline) else {
      return
    }
    clock("AWS_S3_ENDPOINT_URL", answer.fields)
  }
}
