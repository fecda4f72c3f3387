import Support
import Testing

/// URLs from the edge's own process, with its real plugins, a real Redis and an object store, over the wire.
@Suite struct `Delivery` {
  @Test(.timeLimit(.minutes(1)))
  func `a token buys the object's bytes once, and no refusal costs it`() throws {
    try Stage.run { stage in
      let house = try await Deployment(on: stage)
      let bytes = Array("PK film".utf8)
      try await house.objects.put("bundles/sintel/S01.zip", bytes)
      try await house.mint("t")

      #expect(try await house.issue("images/poster.zip", token: "t").status == 403)
      #expect(try await house.issue("bundles/absent/S01.zip", token: "t").status == 404)
      #expect(try await house.issue("../secret.zip", token: "t").status == 400)
      let granted = try await house.issue("bundles/sintel/S01.zip", token: "t")
      #expect(granted.status == 200)
      #expect(try await house.download(granted["url"] ?? "") == bytes)
      #expect(try await house.issue("bundles/sintel/S01.zip", token: "t").status == 404)
    }
  }

  @Test(.timeLimit(.minutes(1)))
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

  @Test(.timeLimit(.minutes(1)))
  func `with the store away it is a neutral 503, and the token survives`() throws {
    try Stage.run { stage in
      let house = try await Deployment(on: stage)
      try await house.objects.put("bundles/sintel/S01.zip", [1])
      try await house.mint("t")
      await house.objects.goAway()
      let answer = try await house.issue("bundles/sintel/S01.zip", token: "t")
      #expect(answer.status == 503)
      #expect(answer["detail"] == "Downloads are not possible right now")
      #expect(try await house.stored(token: "t"))
      try house.objects.comeBack()
      #expect(try await house.issue("bundles/sintel/S01.zip", token: "t").status == 200)
    }
  }
}
