import HTTP
import Support
import Testing

/// A title with one object.
struct Film {
  let title: String
  var key: String { "bundles/\(title)/S01.zip" }
  let editor: String
}

/// What the origin publishes of films.
extension Deployment {
  func film() async throws -> Film {
    let editor = try await editor()
    let film = Film(title: try await publishTitle("sintel", as: editor), editor: editor)
    try await objects.put(film.key, [1])
    return film
  }

  /// - Parameter windows: as JSON, with commas between.
  func setWindows(of film: Film, _ windows: String) async throws {
    let path = "/api/v1/admin/titles/\(film.title)/availability"
    let answer = try await edge.send(.put, path, "{\"windows\":[\(windows)]}", token: film.editor)
    #expect(answer.status == 200, "\(answer.text)")
  }

  func untilIssued(_ key: String, _ status: UInt16) async throws {
    try await eventually("\(key) is answered \(status)", on: loop) { (try? await issue(key).status) == status }
  }
}
