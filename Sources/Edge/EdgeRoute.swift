internal import HTTP
internal import HTTPServer

/// A request that the edge answers itself. All others go on to the origin.
struct EdgeRoute {
  let method: Method
  let pattern: String
  /// Anyone may call it; else a public API key is needed, once one is configured.
  var isOpen = false
  /// Of the content, in bytes.
  var limit = 16 * 1024
  let handle: (Request) -> Handling

  init(_ method: Method, _ pattern: String, handle: @escaping (Request) -> Handling) {
    self.method = method
    self.pattern = pattern
    self.handle = handle
  }

  /// A route that has to wait for something. What it refuses becomes its problem document.
  init(
    _ method: Method, _ pattern: String, limit: Int = 16 * 1024,
    answer: @escaping (Request) async throws(Problem) -> Response
  ) {
    self.init(method, pattern) { request in
      .later {
        do throws(Problem) { return try await answer(request) } catch { return error.response(instance: request.id) }
      }
    }
    self.limit = limit
  }
}
