internal import HTTP
internal import Postgres
internal import Redis

extension Problem {
  /// What a handler's error is to the client. A dependency that is away or busy is nobody's mistake and soon over: 503.
  /// A NUL in a text is the client's: no type of ours wants one. All else is a mistake of ours. None says more: the
  /// reason stands in the log, beside the request's id.
  init(answering error: any Error) {
    if error as? PostgresError == .unencodable {
      self = Problem(.unprocessableContent, "A text holds a NUL character")
      return
    }
    let passes =
      switch error {
      case let error as PostgresError: error.fault != .caller
      case let error as RedisError: error == .overloaded || error.fault != .ours
      default: false
      }
    self = passes ? .busy : Problem(.internalServerError, "An unexpected error occurred.")
  }
}
