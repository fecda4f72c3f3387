internal import HTTP
internal import HTTPServer

extension S3Service: Service {
  func dispatch(_ request: Request) -> Dispatch {
    do {
      let admitted = try admit(request)
      return .streamed { [self] request, content in await answer(admitted, request, content) }
    } catch {
      return .respond(S3Error(error).response(to: request))
    }
  }

  /// Whoever embeds the store sees its requests from the other side.
  func finished(_ request: Request, status: Status, bytes: Int, duration: Duration) {}
}
