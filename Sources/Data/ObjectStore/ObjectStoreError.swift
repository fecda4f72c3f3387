package import HTTP
package import HTTPClient
internal import XML

/// Why an object store did not do what it was asked.
package enum ObjectStoreError: Error, Equatable {
  /// No such object, upload or bucket.
  case notFound
  /// A condition of the request does not hold: the object is there already, or is another one.
  case conditionFailed
  /// The store refuses our request; the code is S3's. After a HEAD it is empty.
  case refused(status: Status, code: String)
  /// The store cannot answer now.
  case unavailable(status: Status)
  /// An answer that is not S3's.
  case malformedAnswer
  case transport(HTTPClientError)

  init(_ status: Status, document: [UInt8]) {
    self =
      switch status {
      case .notFound: .notFound
      case .preconditionFailed, .notModified: .conditionFailed
      case _ where status.code >= 500 || status == .tooManyRequests: .unavailable(status: status)
      default: .refused(status: status, code: (try? XMLReader.read(document))?.text(of: "Code") ?? "")
      }
  }
}
