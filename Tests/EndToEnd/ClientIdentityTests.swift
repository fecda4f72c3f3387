import HTTP
import Postgres
import Support
import Testing

/// Who a request's client is and where, from the edge's socket to the origin's answer.
@Suite struct `A client's identity` {
  private static var behindProxy: Deployment.Plan { .init(edgeSettings: ["TRUSTED_PROXIES": "127.0.0.0/8"]) }

  @Test
  func `is a trusted proxy's to tell, so that each of its clients has a quota of its own`() throws {
    try Stage.run { stage in
      var plan = Self.behindProxy
      plan.edgeSettings["DELIVERY_DAILY_IP_QUOTA_BUNDLES"] = "1"
      let house = try await Deployment(on: stage, plan)
      try await house.objects.put("bundles/sintel/S01.zip", [1])
      let body = "{\"storage_key\":\"bundles/sintel/S01.zip\"}"
      var statuses: [UInt16] = []
      for client in ["198.51.100.1", "198.51.100.2", "203.0.113.9, 198.51.100.1"] {
        let fields: [(FieldName, String)] = [(.xForwardedFor, client)]
        statuses.append(try await house.edge.post("/api/v1/delivery/download-url", body, fields: fields).status)
      }
      #expect(statuses == [200, 200, 429])
    }
  }

  /// A country, and how many titles it sees.
  private static let claims: [[(FieldName, String)]] = [
    [("x-country", "DE")], [("cf-ipcountry", "US"), ("x-country", "DE")], [],
    [(.edgeClient, "v1;e1;1;198.51.100.1;DE;r;0")],
  ]

  @Test(arguments: [(true, ["1", "0", "0", "0"]), (false, ["0", "0", "0", "0"])])
  func `holds its country, which the origin believes of the edge and the edge of trusted proxies alone`(
    isTrusted: Bool, seen: [String]
  ) throws {
    try Stage.run { stage in
      let house = try await Deployment(on: stage, isTrusted ? Self.behindProxy : .init())
      let editor = try await house.editor()
      let title = try await house.publishTitle("sintel", as: editor)
      let start = (Timestamp.now + .seconds(3_600)).iso8601
      let windows =
        "{\"windows\":[{\"window_start\":\"\(start)\",\"territory_mode\":\"INCLUDE\",\"countries\":[\"DE\"]}]}"
      let put = "/api/v1/admin/titles/\(title)/availability"
      #expect(try await house.edge.send(.put, put, windows, token: editor).status == 200)
      for (fields, total) in zip(Self.claims, seen) {
        let throughEdge = try await house.edge.get("/api/v1/schedule/upcoming", fields: fields)
        #expect(throughEdge["total"] == total, "\(fields)")
        let direct = try await house.origin.get("/api/v1/schedule/upcoming", fields: fields)
        #expect(direct["total"] == "0", "\(fields)")
      }
    }
  }
}
