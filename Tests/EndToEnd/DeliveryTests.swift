import HTTP
import Support
import Testing

/// URLs from the edge's own process, with its real plugins, a real Redis and an object store, over the wire.
@Suite struct `Delivery` {
  @Test(arguments: Store.allCases)
  func `a token buys the object's bytes once, and no refusal costs it`(_ store: Store) throws {
    try Stage.run { stage in
      var plan = Deployment.Plan()
      if store == .radosgw { plan.objects = ObjectServer.radosgw }
      let house = try await Deployment(on: stage, plan)
      let bytes = Array("PK film".utf8)
      try await house.objects.put("bundles/sintel/S01.zip", bytes)
      try await house.mint("a-token-of-tests")

      #expect(try await house.issue("images/poster.zip", token: "a-token-of-tests").status == 403)
      #expect(try await house.issue("bundles/absent/S01.zip", token: "a-token-of-tests").status == 404)
      #expect(try await house.issue("../secret.zip", token: "a-token-of-tests").status == 400)
      let granted = try await house.issue("bundles/sintel/S01.zip", token: "a-token-of-tests")
      #expect(granted.status == 200)
      #expect(try await house.fetch(granted["url"] ?? "").body == bytes)
      #expect(try await house.issue("bundles/sintel/S01.zip", token: "a-token-of-tests").status == 404)
    }
  }

  @Test
  func `a refusal names the rule, and a lifetime that was clamped names what clamped it`() throws {
    try Stage.run { stage in
      let house = try await Deployment(on: stage)
      try await house.objects.put("bundles/sintel/S01.zip", [1])
      let refused = try await house.issue("images/poster.zip")
      #expect(refused["rule"] == "keys/allowed-keys")
      let clamped = try await house.issue("bundles/sintel/S01.zip", seconds: 604_800)
      #expect(clamped["limited_by"] == "ttl/ttl")
      #expect(clamped["url"]?.contains("X-Amz-Expires=3600&") == true)
    }
  }

  @Test
  func `a key that needs a token is a 401 without one, and forbidden in a batch`() throws {
    try Stage.run { stage in
      let required = "bundles/*/S*.zip, downloads/**"
      let house = try await Deployment(on: stage, .init(edgeSettings: ["DELIVERY_REQUIRE_TOKEN": required]))
      let key = "bundles/sintel/S01.zip"
      for name in [key, "bundles/sintel/free.zip"] { try await house.objects.put(name, [1]) }
      let refused = try await house.issue(key)
      #expect(refused.status == 401 && refused.fields.first(.wwwAuthenticate) == "Token")
      #expect(try await house.issue("bundles/absent/S01.zip").status == 401)
      #expect(try await house.issue("images/S01.zip").status == 403)
      #expect(try await house.batch([key]).text.contains(#""error":"forbidden""#))
      #expect(try await house.issue("bundles/sintel/free.zip").status == 200)
      try await house.mint("a-token-of-tests")
      #expect(try await house.issue(key, token: "a-token-of-tests").status == 200)
    }
  }

  @Test
  func `a batch answers each key as it would be answered alone, and counts what was issued`() throws {
    try Stage.run { stage in
      let house = try await Deployment(on: stage, .init(edgeSettings: ["DELIVERY_DAILY_IP_QUOTA_BUNDLES": "2"]))
      for name in ["a", "b", "c"] { try await house.objects.put("bundles/\(name)/S01.zip", [1]) }
      let keys = [
        "bundles/a/S01.zip", "bundles/a/S01.zip", "bundles/absent/S01.zip", "images/a.zip", "../a", "bundles/b/S01.zip",
      ]
      let answer = try await house.batch(keys)
      let text = String(decoding: answer.body, as: UTF8.self)
      #expect(answer.status == 200 && answer.fields.first("cache-control") == "no-store")
      #expect(text.contains(#"{"index":0,"storage_key":"bundles/a/S01.zip","url":"http"#))
      #expect(text.contains(#"{"index":1,"storage_key":"bundles/a/S01.zip","ignored":true}"#))
      #expect(text.contains(#"{"index":2,"storage_key":"bundles/absent/S01.zip","error":"not_found"}"#))
      #expect(text.contains(#"{"index":3,"storage_key":"images/a.zip","error":"forbidden"}"#))
      #expect(text.contains(#"{"index":4,"storage_key":"../a","error":"invalid_key"}"#))
      #expect(text.contains(#"{"index":5,"storage_key":"bundles/b/S01.zip","url":"http"#))
      let exhausted = String(decoding: try await house.batch(["bundles/c/S01.zip"]).body, as: UTF8.self)
      #expect(exhausted.contains(#""error":"quota_exceeded""#))
    }
  }

  @Test
  func `in a batch each token buys its own key, and is kept where that key is refused`() throws {
    try Stage.run { stage in
      let house = try await Deployment(on: stage, .init(edgeSettings: ["DELIVERY_REQUIRE_TOKEN": "bundles/**"]))
      for name in ["a", "b"] { try await house.objects.put("bundles/\(name)/S01.zip", [1]) }
      let tokens = ["a", "b", "absent"].map { ($0, "the-only-token-of-\($0)") }
      for (name, token) in tokens { try await house.mint(token, "{\"storage_key\":\"bundles/\(name)/S01.zip\"}") }
      let wanted = [("a", "the-only-token-of-a"), ("absent", "the-only-token-of-absent"), ("b", "no token")]
      let items = wanted.map { name, token in
        "{\"storage_key\":\"bundles/\(name)/S01.zip\",\"token\":\"\(token)\"}"
      }
      let body = "{\"items\":[\(items.joined(separator: ","))]}"
      let answer = try await house.edge.post("/api/v1/delivery/batch-download-urls", body).text
      #expect(answer.contains(#"{"index":0,"storage_key":"bundles/a/S01.zip","url":"http"#))
      #expect(answer.contains(#""storage_key":"bundles/absent/S01.zip","error":"not_found"}"#))
      #expect(answer.contains(#""storage_key":"bundles/b/S01.zip","error":"invalid_token"}"#))
      let again = try await house.edge.post("/api/v1/delivery/batch-download-urls", body).text
      #expect(again.contains(#""storage_key":"bundles/a/S01.zip","error":"not_found"}"#))
      #expect(try await !house.stored(token: "the-only-token-of-a"))
      #expect(try await house.stored(token: "the-only-token-of-absent"))
      #expect(try await house.issue("bundles/b/S01.zip", token: "the-only-token-of-b").status == 200)
    }
  }

  @Test
  func `a batch asks the store for several objects at once`() throws {
    try Stage.run { stage in
      let store = try RawOrigin(stage)
      var waiting: [RawOrigin.Line] = []
      store.answer = { _, line in
        waiting.append(line)
        guard waiting.count == 4 else { return }
        for line in waiting { line.send("HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\n") }
      }
      let house = try await Deployment(on: stage, .init(edgeSettings: ["AWS_S3_ENDPOINT_URL": store.url]))
      let keys = (1...4).map { "bundles/sintel/S0\($0).zip" }
      let answer = try await house.batch(keys).text
      #expect(keys.allSatisfy { answer.contains("\"\($0)\",\"url\":") })
    }
  }

  @Test
  func `a batch of none or of too many is refused, and one without its store says so for each key`() throws {
    try Stage.run { stage in
      let house = try await Deployment(on: stage, .init(edgeSettings: ["BATCH_DOWNLOAD_MAX_ITEMS": "2"]))
      #expect(try await house.batch([])["detail"] == "No items provided")
      #expect(try await house.batch(["bundles/a", "bundles/b", "bundles/c"])["detail"] == "Too many items (max 2)")
      await house.objects.goAway()
      let answer = try await house.batch(["bundles/a/S01.zip"])
      #expect(answer.status == 200 && String(decoding: answer.body, as: UTF8.self).contains(#""error":"unavailable""#))
    }
  }

  @Test
  func `what a player calls the file adds no field to the answer that carries it`() throws {
    try Stage.run { stage in
      let house = try await Deployment(on: stage)
      try await house.objects.put("bundles/sintel/S01.zip", [1])
      let body = #"{"storage_key":"bundles/sintel/S01.zip","attachment_filename":"../a\"; x=\r\nset-cookie: yä.zip"}"#
      let url = try await house.edge.post("/api/v1/delivery/download-url", body)["url"] ?? ""
      let answer = try await house.fetch(url)
      let disposition = try #require(answer.fields.first("content-disposition"))
      #expect(answer.status == 200 && !answer.fields.contains("set-cookie"))
      #expect(disposition.hasPrefix("attachment; filename=\"") && disposition.split(separator: "\"").count == 3)
    }
  }

  @Test
  func `a quota counts the address, not what a header says`() throws {
    try Stage.run { stage in
      let house = try await Deployment(on: stage, .init(edgeSettings: ["DELIVERY_DAILY_IP_QUOTA_BUNDLES": "1"]))
      try await house.objects.put("bundles/sintel/S01.zip", [1])
      #expect(try await house.issue("bundles/sintel/S01.zip").status == 200)
      let body = "{\"storage_key\":\"bundles/sintel/S01.zip\"}"
      for field: FieldName in ["x-forwarded-for", "x-real-ip", "forwarded", "x-country"] {
        let fields = [(field, "for=192.0.2.7")]
        let answer = try await house.edge.post("/api/v1/delivery/download-url", body, fields: fields)
        #expect(answer.status == 429 && answer.fields.first(.rateLimitPolicy) == "\"bundles\";q=1;w=86400")
        let left = answer.fields.first(.retryAfter) ?? "?"
        #expect(answer.fields.first(.rateLimit) == "\"bundles\";r=0;t=\(left)")
      }
    }
  }

  @Test
  func `a store that refuses us is not a missing object`() throws {
    try Stage.run { stage in
      let wrong = ["AWS_SECRET_ACCESS_KEY": "another secret than the store's"]
      let house = try await Deployment(on: stage, .init(edgeSettings: wrong))
      try await house.objects.put("bundles/sintel/S01.zip", [1])
      #expect(try await house.issue("bundles/sintel/S01.zip").status == 503)
    }
  }

  @Test
  func `with the store away it is a neutral 503, and the token survives`() throws {
    try Stage.run { stage in
      let house = try await Deployment(on: stage)
      try await house.objects.put("bundles/sintel/S01.zip", [1])
      try await house.mint("a-token-of-tests")
      await house.objects.goAway()
      let answer = try await house.issue("bundles/sintel/S01.zip", token: "a-token-of-tests")
      #expect(answer.status == 503)
      #expect(answer["detail"] == "Downloads are not possible right now")
      #expect(try await house.stored(token: "a-token-of-tests"))
      try house.objects.comeBack()
      #expect(try await house.issue("bundles/sintel/S01.zip", token: "a-token-of-tests").status == 200)
    }
  }
}

/// Which S3 a deployment stores its objects in.
enum Store: String, CaseIterable { case ours, radosgw }
