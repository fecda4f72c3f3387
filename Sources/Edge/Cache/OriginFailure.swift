internal import HTTP
internal import HTTPClient

/// Why the origin has no answer.
struct OriginFailure {
  let problem: Problem
  /// It could not be reached, or did not answer: which is no word of its own. Source: RFC 9111 §4.2.4.
  let isCutOff: Bool

  init(_ error: HTTPClientError) {
    problem = Upstream.problem(error)
    isCutOff = error.fault == .network
  }

  /// It says itself that it cannot answer.
  static let itsOwn = OriginFailure(Problem(.badGateway, "The origin cannot answer"), isCutOff: false)

  private init(_ problem: Problem, isCutOff: Bool) {
    self.problem = problem
    self.isCutOff = isCutOff
  }
}

extension Status {
  /// The origin's own failure, for which a stale answer may stand in. Source: RFC 5861 §4.
  var isFailure: Bool { code == 500 || code == 502 || code == 503 || code == 504 }
}
