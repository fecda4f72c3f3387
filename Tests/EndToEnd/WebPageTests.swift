import HTTP
import Support
import Testing

/// What browsers get, through the edge.
@Suite struct `A web page` {
  private let pages = ["https://films.example", "https://admin.example"]

  @Test
  func `of each named origin may read every answer, with one permission that is its own`() throws {
    try Stage.run { stage in
      let origins = ["FRONTEND_ORIGINS": pages.joined(separator: ",")]
      let house = try await Deployment(on: stage, .init(edgeSettings: origins, originSettings: origins))
      // The same answer for one after the other, as a cache would have it.
      for page in pages + pages {
        for path in ["/api/v1/titles", "/api/v1/nothing"] {
          let answer = try await house.edge.get(path, fields: [(.origin, page)])
          #expect(answer.fields.all("access-control-allow-origin") == [page])
          #expect(answer.fields.all("access-control-allow-credentials") == ["true"])
          #expect(answer.fields.all(.vary).filter { $0.lowercased() == "origin" }.count == 1)
          let readable = answer.fields.first("access-control-expose-headers") ?? ""
          for name in ["ETag", "Link", "X-Total-Count", "X-Reauth"] { #expect(readable.contains(name)) }
        }
      }
      let foreign = try await house.edge.get("/api/v1/titles", fields: [(.origin, "https://evil.example")])
      #expect(foreign.status == 200 && !foreign.fields.contains("access-control-allow-origin"))
    }
  }

  @Test
  func `asks before it writes, and is answered by the edge alone`() throws {
    try Stage.run { stage in
      let house = try await Deployment(on: stage, .init(edgeSettings: ["FRONTEND_ORIGINS": pages[0]]))
      await house.originProgram.kill()
      let wish: [(FieldName, String)] = [
        (.origin, pages[0]), ("access-control-request-method", "PATCH"),
        ("access-control-request-headers", "authorization,x-reauth"),
      ]
      let answer = try await house.edge.send(.options, "/api/v1/admin/titles/1", fields: wish)
      #expect(answer.status == 204 && answer.fields.first("access-control-allow-origin") == pages[0])
      #expect(answer.fields.first("access-control-allow-methods")?.contains("PATCH") == true)
      let allowed = answer.fields.first("access-control-allow-headers") ?? ""
      for name in ["Authorization", "X-Reauth", "X-API-Key", "Idempotency-Key"] { #expect(allowed.contains(name)) }
    }
  }

  @Test
  func `describes the API, but only where the settings say so`() throws {
    try Stage.run { stage in
      let closed = try await Deployment(on: stage)
      let open = try await Deployment(on: stage, .init(originSettings: ["ENABLE_DOCS": "true"]))
      for path in ["/docs", "/docs/page.js", "/openapi.json"] {
        #expect(try await closed.edge.get(path).status == 404)
        let answer = try await open.edge.get(path)
        #expect(answer.status == 200)
        #expect(answer.fields.all(.contentSecurityPolicy).count == 1)
      }
    }
  }
}
