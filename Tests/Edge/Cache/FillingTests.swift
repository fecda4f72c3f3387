@testable import Edge
import HTTP
import HTTPServer
import Loop
import Publication
import Support
import Testing

@Suite struct `An answer on its way` {
  private static let bytes = (0..<100_000).map { UInt8(truncatingIfNeeded: $0 / 251 &+ $0) }

  /// All of it, with or without a word on its length.
  private static func film(_ tag: String, isMeasured: Bool = true, isStale: Bool = false) -> Response {
    var response = Response(.ok, contentType: "video/mp4", Self.bytes).with(.etag, "\"\(tag)\"")
      .with(.cacheControl, "max-age=60")
    if isStale { response.fields.set(.age, "600") }
    if !isMeasured { response.body = .stream(Once(Self.bytes), length: nil) }
    return response
  }

  @Test func `a range of a newer version comes out of what is being filled, RFC 9110 §14.2`() throws {
    try CacheStage.run { stage in
      for (range, status, wanted) in [
        ("bytes=70000-70004", 206, Array(Self.bytes[70_000...70_004])), ("bytes=-5", 206, Self.bytes.suffix(5)),
        ("bytes=100000-", 416, []), ("bytes=0-1,90000-90001", 200, Self.bytes),
      ] {
        stage.origin.answer = { _ in Self.film("old", isStale: true) }
        _ = try await stage.get("/film")
        stage.origin.answer = { _ in Self.film("new") }
        let answer = try await stage.get("/film", (.range, range))
        #expect(answer.status == status && (status == 416 || answer.bytes == wanted), "\(range)")
        #expect(answer.fields.first(.contentRange)?.hasSuffix("/100000") == (status == 200 ? nil : true))
        #expect(
          answer.note == "moviesnow-edge; fwd=stale; stored" && !stage.origin.requests.last!.fields.contains(.range))
        try await eventually("the new one is kept", on: stage.loop) {
          (try? await stage.get("/film").isImmediate) == true
        }
        stage.purge(PurgeNotice([.everything]))
      }
    }
  }

  @Test func `without a length it is given whole, whatever range is asked for, and not said to be stored`() throws {
    try CacheStage.run { stage in
      stage.origin.answer = { _ in Self.film("old", isStale: true) }
      _ = try await stage.get("/film")
      stage.origin.answer = { _ in Self.film("new", isMeasured: false) }
      let answer = try await stage.get("/film", (.range, "bytes=0-4"))
      #expect(answer.status == 200 && answer.bytes == Self.bytes && answer.note == "moviesnow-edge; fwd=stale")
      #expect(try await stage.get("/film", (.range, "bytes=0-4")).bytes == Array(Self.bytes[0...4]))
    }
  }

  @Test func `whoever comes while it fills reads it from its start`() throws {
    try CacheStage.run { stage in
      var isHeld = true
      stage.origin.answer = { _ in
        var response = Self.film("film")
        response.body = .stream(HalvedContent(Self.bytes, on: stage.loop) { isHeld }, length: Self.bytes.count)
        return response
      }
      var whole: [[UInt8]] = []
      for _ in 0..<3 {
        stage.loop.start { whole.append((try? await stage.get("/film").bytes) ?? []) }
        try await eventually("it is on its way", on: stage.loop) { stage.origin.requests.count == 1 }
      }
      #expect(whole.isEmpty)
      isHeld = false
      try await eventually("all are answered", on: stage.loop) { whole.count == 3 }
      #expect(whole.allSatisfy { $0 == Self.bytes } && stage.origin.requests.count == 1)
    }
  }
}

private final class Once: BodySource {
  private var bytes: [UInt8]?

  init(_ bytes: [UInt8]) { self.bytes = bytes }

  func next() async throws -> [UInt8]? {
    defer { bytes = nil }
    return bytes
  }
}
