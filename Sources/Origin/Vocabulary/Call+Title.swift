package import HTTP
package import Routing

extension Call {
  /// The title that the path names by its id. 404 for what is no id.
  package var titleID: TitleID {
    get throws(Problem) {
      guard let id = request["title_id"].flatMap({ TitleID($0) }) else { throw .noSuchTitle }
      return id
    }
  }

  /// The title that a public path names. 400 for what no title can be called.
  package var titleReference: TitleReference {
    get throws(Problem) {
      guard let reference = TitleReference(request["title_id"] ?? "") else {
        throw Problem(.badRequest, "Invalid title_id format")
      }
      return reference
    }
  }
}

extension Problem {
  package static var noSuchTitle: Problem { Problem(.notFound, "Title not found") }
}
