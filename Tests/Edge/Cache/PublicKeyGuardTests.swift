@testable import Edge
import HTTP
import Loop
import Signing
import Support
import Testing

@Suite struct `The public key, before the cache` {
  @Test func `every key shares one answer, and no key gets none, on a hit too`() throws {
    try CacheStage.run(keys: PublicKeys(["one", "two"])) { stage in
      stage.origin.answer = { _ in .shared("list", reuse: "public-key") }
      #expect(try await stage.get("/titles?api_key=one").status == 200)
      let other = try await stage.get("/titles", (.xAPIKey, "two"))
      #expect(other.isImmediate && other.text == "list")
      for refused in [try await stage.get("/titles"), try await stage.get("/titles?api_key=three")] {
        #expect(refused.status == 401 && refused.isImmediate && !refused.text.contains("three"))
      }
      #expect(stage.origin.requests.count == 1)
    }
  }

  @Test func `an edge that knows no keys keeps nothing that needs one`() throws {
    try CacheStage.run { stage in
      stage.origin.answer = { _ in .shared("list", reuse: "public-key") }
      for _ in 0..<2 {
        let answer = try await stage.get("/titles?api_key=one")
        #expect(answer.note == "moviesnow-edge; fwd=uri-miss")
      }
      #expect(stage.origin.requests.count == 2)
    }
  }

  @Test func `the key goes on in a field, where no log keeps it`() throws {
    try CacheStage.run { stage in
      stage.origin.answer = { _ in Response(.noContent) }
      _ = try await stage.send(.post, "/titles?api_key=secret&page=2")
      _ = try await stage.get("/titles?page=2&api_key=secret")
      for request in stage.origin.requests {
        #expect(request.target == "/titles?page=2" && request.fields.first(.xAPIKey) == "secret")
      }
      #expect(stage.origin.requests.count == 2)
    }
  }

  @Test func `a caller without a key does not keep those with one waiting`() throws {
    try CacheStage.run(keys: PublicKeys(["one"])) { stage in
      stage.origin.answer = { request in
        request.publicKey == nil ? Problem.noPublicKey.response(instance: request.id) : .shared("list")
      }
      stage.origin.isHeld = true
      var statuses: [UInt16] = []
      stage.loop.start { statuses.append((try? await stage.get("/titles").status) ?? 0) }
      try await eventually("the first is asked for", on: stage.loop) { stage.origin.requests.count == 1 }
      stage.loop.start { statuses.append((try? await stage.get("/titles", (.xAPIKey, "one")).status) ?? 0) }
      try await eventually("the second does not wait", on: stage.loop) { stage.origin.requests.count == 2 }
      stage.origin.isHeld = false
      try await eventually("both are answered", on: stage.loop) { statuses.count == 2 }
      #expect(statuses.sorted() == [200, 401])
    }
  }

  @Test func `an answer that anyone may have needs no key`() throws {
    try CacheStage.run(keys: PublicKeys(["one"])) { stage in
      stage.origin.answer = { _ in .shared("keys") }
      _ = try await stage.get("/jwks.json", (.xAPIKey, "one"))
      #expect(try await stage.get("/jwks.json").isImmediate)
    }
  }
}
