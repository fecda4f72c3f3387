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

  package enum Fault: Equatable, Sendable { case caller, ours, network, store }

  package var fault: Fault {
    switch self {
    case .notFound, .conditionFailed: .caller
    case .refused: .ours
    case .unavailable, .malformedAnswer: .store
    case .transport(let error):
      switch error.fault {
      case .ours: .ours
      case .network: .network
      case .server: .store
      }
    }
  }

  /// The same request may succeed a moment later.
  package var isRetryable: Bool {
    switch self {
    case .unavailable: true
    case .transport(let error): error.isRetryable
    case .notFound, .conditionFailed, .refused, .malformedAnswer: false
    }
  }

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
