package import HTTP
package import Publication
internal import Signing

/// One try to redeem a token: the same one again gets what it got before, and uses nothing.
package struct Redemption {
  package let token: DownloadToken
  package let key: StorageKey
  /// The end of the URL that it buys, in Unix seconds.
  package let end: Int64
  /// A name that a client has given it, so that it can ask again when the answer was lost; nil: ours.
  let name: String?

  private static let longestName = 255

  /// - Parameter idempotencyKey: the request's `Idempotency-Key`. It names a redemption of this token alone, so
  ///   without the token nobody gains anything from it.
  /// - Throws: `Problem` 400 for a key that cannot be one.
  package init(
    of token: DownloadToken, for key: StorageKey, until end: Int64, idempotencyKey: String? = nil
  ) throws(Problem) {
    if let idempotencyKey, !(1...Self.longestName).contains(idempotencyKey.utf8.count) {
      throw Problem(.badRequest, "Idempotency-Key has 1 to \(Self.longestName) characters")
    }
    self.token = token
    self.key = key
    self.end = end
    name = idempotencyKey.map { SHA256.hash(Array($0.utf8)).hex }
  }
}
