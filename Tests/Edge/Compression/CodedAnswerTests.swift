import Compression
@testable import Edge
import HTTP
import Loop
import Support
import Testing

@Suite struct `Coded answers` {
  private static let text = String(repeating: "Big Buck Bunny, ", count: 200)

  private static func answer() -> Response {
    Response(.ok, contentType: "application/json", Array(text.utf8))
      .with(.etag, "\"v1\"").with(.cacheControl, "max-age=60").with(.vary, "Accept")
  }

  @Test func `a kept text is given in the coding that is liked best, each with a tag of its own`() throws {
    try CacheStage.run { stage in
      stage.origin.answer = { _ in Self.answer() }
      for (wish, coding) in [("br, gzip", "br"), ("zstd", "zstd"), ("gzip, br;q=0.5", "gzip")] {
        let answer = try await stage.get("/titles", (.acceptEncoding, wish))
        #expect(answer.fields.first(.contentEncoding) == coding)
        #expect(answer.fields.first(.etag) == "\"v1;\(coding)\"")
        #expect(answer.fields.all(.vary) == ["Accept, Accept-Encoding"])
        #expect(answer.bytes == ContentCoding(rawValue: coding)?.encode(Array(Self.text.utf8)))
      }
      let plain = try await stage.get("/titles", (.acceptEncoding, "identity"))
      #expect(plain.text == Self.text && plain.fields.first(.etag) == "\"v1\"")
      #expect(plain.fields.all(.vary) == ["Accept, Accept-Encoding"] && !plain.fields.contains(.contentEncoding))
      #expect(stage.origin.requests.count == 1 && !stage.origin.requests[0].fields.contains(.acceptEncoding))
    }
  }

  @Test func `conditions and ranges are about the coded form`() throws {
    try CacheStage.run { stage in
      stage.origin.answer = { _ in Self.answer() }
      let whole = try await stage.get("/titles", (.acceptEncoding, "br"))
      let unchanged = try await stage.get("/titles", (.acceptEncoding, "br"), (.ifNoneMatch, "\"v1;br\""))
      #expect(unchanged.status == 304 && unchanged.fields.first(.etag) == "\"v1;br\"")
      #expect(unchanged.fields.first(.vary) == "Accept, Accept-Encoding")
      for (wish, tag) in [("gzip", "\"v1;br\""), ("identity", "\"v1;br\""), ("br", "\"v1\"")] {
        #expect(try await stage.get("/titles", (.acceptEncoding, wish), (.ifNoneMatch, tag)).status == 200)
      }
      let part = try await stage.get("/titles", (.acceptEncoding, "br"), (.range, "bytes=0-3"))
      #expect(part.status == 206 && part.bytes == Array(whole.bytes[0..<4]))
      #expect(part.fields.first(.contentRange) == "bytes 0-3/\(whole.bytes.count)")
      let other = try await stage.get(
        "/titles", (.acceptEncoding, "br"), (.range, "bytes=0-3"), (.ifRange, "\"v1\""))
      #expect(other.status == 200 && other.bytes == whole.bytes)
    }
  }

  @Test(arguments: [
    (FieldName.contentType, "image/png"), (.contentEncoding, "gzip"), (.cacheControl, "max-age=60, no-transform"),
    (.vary, "Cookie"), (.contentType, "application/zip"), ("repr-digest", "sha-256=:AAAA:"),
  ])
  func `what is compressed already, or must stay as it is, or could hold a secret is left alone`(
    name: FieldName, value: String
  ) throws {
    try CacheStage.run { stage in
      stage.origin.answer = { _ in Self.answer().with(name, value) }
      _ = try await stage.get("/x", (.acceptEncoding, "br"))
      let answer = try await stage.get("/x", (.acceptEncoding, "br"))
      #expect(answer.text == Self.text && answer.fields.first(.etag) == "\"v1\"")
    }
  }

  @Test func `a short one is left alone`() throws {
    try CacheStage.run { stage in
      stage.origin.answer = { _ in .shared("short") }
      let answer = try await stage.get("/x", (.acceptEncoding, "br"))
      #expect(answer.text == "short")
    }
  }

  @Test func `a large one is coded off the loop, for whoever comes after, and once though it is validated`() throws {
    try CacheStage.run { stage in
      let large = String(repeating: Self.text, count: 20)
      stage.origin.answer = { request in
        var response = Self.answer().with(.cacheControl, "max-age=0")
        response.body = .bytes(Array(large.utf8))
        return response.conditional(on: request)
      }
      let first = try await stage.get("/x", (.acceptEncoding, "zstd"))
      #expect(first.text == large && !first.fields.contains(.contentEncoding))
      try await eventually("it is coded", on: stage.loop) {
        (try? await stage.get("/x", (.acceptEncoding, "zstd")).fields.first(.contentEncoding)) == "zstd"
      }
      let next = try await stage.get("/x", (.acceptEncoding, "zstd"))
      #expect(next.note.contains("fwd-status=304") && next.fields.first(.contentEncoding) == "zstd")
    }
  }

  @Test func `a write on the condition of a coded form reaches the origin under the origin's own tag`() throws {
    try CacheStage.run { stage in
      stage.origin.answer = { _ in Self.answer() }
      _ = try await stage.send(.put, "/x", [(.ifMatch, "\"v1;br\", \"v2;gzip\", \"v3\"")])
      #expect(stage.origin.requests[0].fields.first(.ifMatch) == "\"v1\", \"v2\", \"v3\"")
    }
  }
}
