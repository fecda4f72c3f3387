internal import HTTP
internal import ObjectStore
internal import Signing

/// The bytes of bundles in the object store. None of them pass through here: uploads and downloads go by signed URLs.
struct BundleObjects {
  let bucket: Bucket

  /// An upload of 5 GiB takes minutes, and the signature is only looked at when it starts.
  private static let uploadSeconds = 3_600
  private static let manifestSeconds = 300

  /// - Throws: `Problem` 503 when the store cannot tell: its refusal or its fault is not an absent object.
  func exists(_ key: String) async throws(Problem) -> Bool {
    do throws(ObjectStoreError) {
      _ = try await bucket.head(key)
      return true
    } catch .notFound {
      return false
    } catch {
      throw Problem(.serviceUnavailable, "The object store cannot be asked right now").with(.retryAfter, "2")
    }
  }

  /// The store takes these bytes once: it refuses to replace an object, and any size or digest but the stated ones.
  func upload(_ bundle: Bundle) -> ObjectPresigner.Upload {
    let expected = ObjectPresigner.Expectation(
      size: bundle.sizeBytes, sha256: bundle.sha256.flatMap { Hex.decode($0.text) })
    return bucket.presigner.put(
      bundle.storageKey, content: ObjectContent.Description("application/zip"), expected, onlyIfAbsent: true,
      expiresSeconds: Self.uploadSeconds, at: CivilTime.nowUnixSeconds)
  }

  /// Whether the object is gone.
  func delete(_ key: String) async -> Bool {
    do {
      try await bucket.delete(key)
      return true
    } catch {
      return false
    }
  }

  func manifestURL(_ key: String) -> String {
    bucket.presigner.get(
      key, expiresSeconds: Self.manifestSeconds,
      overrides: ObjectPresigner.Overrides(contentType: "application/json"), at: CivilTime.nowUnixSeconds)
  }
}
