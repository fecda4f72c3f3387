@testable import Edge
import HTTP
import Testing

@Suite struct `An answer to HEAD, RFC 9111 §4.3.5` {
  private static let date = "Sun, 06 Nov 1994 08:49:37 GMT"

  /// Of the kept answer, which is stale.
  private static func kept() -> Response { Response.shared("list", age: 400).with(.lastModified, date) }

  @Test(arguments: [
    (FieldName.etag, "\"other\""), (.lastModified, "Mon, 07 Nov 1994 08:49:37 GMT"), (.contentLength, "5"),
  ])
  func `ends what it does not describe`(name: FieldName, value: String) throws {
    try CacheStage.run { stage in
      stage.origin.answer = { _ in Self.kept() }
      _ = try await stage.get("/titles")
      stage.origin.answer = { _ in
        if name == .contentLength { return Response.shared("list").with(.lastModified, Self.date).longer }
        return Self.kept().with(name, value)
      }
      _ = try await stage.send(.head, "/titles")
      #expect(stage.cache.store.count == 0)
    }
  }

  @Test func `renews what it describes, and its age`() throws {
    try CacheStage.run { stage in
      stage.origin.answer = { _ in Self.kept() }
      _ = try await stage.get("/titles")
      stage.origin.answer = { _ in Self.kept().with(.age, "3") }
      _ = try await stage.send(.head, "/titles")
      let hit = try await stage.get("/titles")
      #expect(hit.isImmediate && hit.age == 3 && !hit.fields.contains(.age))
    }
  }

  @Test func `to credentials, with another Vary, or of a failure renews nothing`() throws {
    try CacheStage.run { stage in
      stage.origin.answer = { _ in Self.kept() }
      _ = try await stage.get("/titles")
      let fresh = Response.shared("list").with(.lastModified, Self.date)
      stage.origin.answer = { _ in fresh }
      _ = try await stage.send(.head, "/titles", [(.authorization, "Bearer a")])
      stage.origin.answer = { _ in fresh.with(.vary, "x-screen") }
      _ = try await stage.send(.head, "/titles")
      stage.origin.answer = { _ in
        var response = fresh
        response.status = .serviceUnavailable
        return response
      }
      _ = try await stage.send(.head, "/titles")
      #expect(stage.cache.store.count == 1)
      stage.origin.answer = { _ in fresh.with("x-new", "1") }
      #expect(try await stage.get("/titles").fields.first("x-new") == "1")
    }
  }
}

extension Response {
  /// The same with a letter more.
  fileprivate var longer: Response {
    var response = self
    if case .bytes(let bytes) = body { response.body = .bytes(bytes + [0x78]) }
    return response
  }
}
