@testable import Edge
import FoundationEssentials
import Glibc
import HTTP
import HTTPServer
import Loop
import Publication
@testable import Redis
import Support
import Testing

@Suite struct `The disk tier` {
  /// Three blocks and a bit, no two alike.
  private static let large = (0..<800_000).map { UInt8(truncatingIfNeeded: $0 / 251 &* 7 &+ $0) }

  @Test func `a large answer is kept as it passes, and given from disk in whole and in parts`() throws {
    try run { stage, folder in
      let first = try await stage.get("/large")
      #expect(first.bytes == Self.large && first.note.contains("fwd=uri-miss"))
      try await kept(1, by: stage)
      let whole = try await stage.get("/large")
      #expect(whole.isImmediate && whole.bytes == Self.large)
      for (first, last) in [(0, 0), (262_143, 262_144), (100, 700_000), (799_999, 799_999)] {
        let part = try await stage.get("/large", (.range, "bytes=\(first)-\(last)"))
        #expect(part.status == 206 && part.bytes == Array(Self.large[first...last]))
      }
      #expect(try await stage.get("/large", (.ifNoneMatch, "\"v1\"")).status == 304)
      #expect(stage.origin.requests.count == 1 && stage.cache.store.bytes < 10_000)
    }
  }

  @Test func `what was kept is there after a restart, older by the time between, and obeys what came meanwhile`() throws
  {
    try withFolder { folder in
      try run(in: folder) { stage, _ in
        for target in ["/a", "/b"] { _ = try await stage.get(target) }
        try await kept(2, by: stage)
        stage.cache.store.disk?.note(StreamID("5-0")!)
        try await eventually("the place is on disk", on: stage.loop) {
          (try? DiskFile(reading: "\(folder)/position").size) ?? 0 > 0
        }
      }
      try run(in: folder, follows: false, restoring: false) { stage, _ in
        stage.cache.coverage.resume()
        await stage.cache.store.restore(obeysPurges: true, on: stage.loop)
        await stage.catchUp()
        #expect(stage.cache.store.count == 2)
        stage.purge(PurgeNotice([.url("/b")]))
        let answer = try await stage.get("/a")
        #expect(answer.isImmediate && answer.bytes == Self.large)
        #expect(try await stage.get("/b").note.contains("fwd=uri-miss"))
      }
    }
  }

  @Test func `a soft purge leaves it there, stale, after a restart too`() throws {
    try withFolder { folder in
      try run(in: folder) { stage, _ in
        _ = try await stage.get("/a")
        try await kept(1, by: stage)
        stage.purge(PurgeNotice([.url("/a")], isSoft: true))
        #expect(stage.cache.store.count == 1)
        let key = CacheKey(bytes: Array("/a".utf8))
        let file = try #require(stage.cache.store.variant(key, of: key)?.content.file)
        try await eventually("the record says so", on: stage.loop) {
          (try? DiskRecord.read(from: DiskFile(reading: file.path)).lifetimeNs) ?? 1 < 0
        }
      }
      try run(in: folder, restoring: false) { stage, _ in
        stage.cache.coverage.resume()
        await stage.cache.store.restore(obeysPurges: false, on: stage.loop)
        #expect(stage.cache.store.count == 1)
        let answer = try await stage.get("/a")
        #expect(answer.note.contains("fwd=stale") && answer.bytes == Self.large)
      }
    }
  }

  @Test func `what a 304 says of it holds after a restart too, and takes nothing away`() throws {
    try withFolder { folder in
      try run(in: folder) { stage, _ in
        _ = try await stage.get("/a")
        try await kept(1, by: stage)
        stage.origin.answer = { request in
          #expect(request.fields.first(.ifNoneMatch) == "\"v1\"")
          return Response(.notModified).with(.etag, "\"v1\"").with(.cacheControl, "max-age=1").with(.vary, "x-screen")
        }
        #expect(try await stage.get("/a", (.cacheControl, "no-cache")).bytes == Self.large)
        #expect(try await stage.get("/a").bytes == Self.large)
        #expect(stage.cache.store.count == 1 && stage.origin.requests.count == 2)
        let names = names(in: folder).filter { $0 != "lock" }
        try await eventually("the record says so", on: stage.loop) {
          (try? DiskRecord.read(from: DiskFile(reading: "\(folder)/\(names[0])")).lifetimeNs) == 1_000_000_000
        }
      }
    }
  }

  @Test func `without the place on the stream of purges nothing is trusted, nor half a file ever`() throws {
    try withFolder { folder in
      try run(in: folder) { stage, _ in
        _ = try await stage.get("/a")
        try await kept(1, by: stage)
      }
      for name in ["new-1-1", "1-1"] { try DiskFile(creating: "\(folder)/\(name)").append(Array(Self.large[..<1_000])) }
      try run(in: folder, restoring: false) { stage, _ in
        stage.cache.coverage.resume()
        await stage.cache.store.restore(obeysPurges: false, on: stage.loop)
        #expect(stage.cache.store.count == 1)
        let answer = try await stage.get("/a")
        #expect(answer.isImmediate && answer.bytes == Self.large)
      }
      try run(in: folder, restoring: false) { stage, _ in
        await stage.cache.store.restore(obeysPurges: true, on: stage.loop)
        #expect(stage.cache.store.count == 0)
      }
      #expect(names(in: folder) == ["lock"])
    }
  }

  @Test func `a block that has changed on disk is not given, and the answer is fetched anew`() throws {
    try run { stage, folder in
      _ = try await stage.get("/a")
      try await kept(1, by: stage)
      let path = "\(folder)/" + (names(in: folder).first { $0 != "lock" } ?? "")
      let file = unsafe open(path, O_WRONLY)
      unsafe pwrite(file, "x", 1, 300_000)
      close(file)
      #expect(try await stage.get("/a", (.range, "bytes=0-99")).bytes == Array(Self.large[..<100]))
      await #expect(throws: (any Error).self) { try await stage.get("/a") }
      let again = try await stage.get("/a")
      #expect(again.note.contains("fwd=uri-miss") && again.bytes == Self.large)
    }
  }

  @Test func `what a file lacks before its first read is not given, and what was proved once is given as it lies`()
    throws
  {
    try run { stage, folder in
      for target in ["/a", "/b"] { _ = try await stage.get(target) }
      try await kept(2, by: stage)
      func parts(of target: String) async throws -> [FilePart] {
        let dispatch = stage.cache.dispatch(Request(.get, target, fields: [(.host, "films.example")]))
        let source = try #require(content(of: dispatch) as? any FileContent)
        var parts: [FilePart] = []
        while let part = try await source.nextPart() { parts.append(part) }
        return parts
      }
      let first = try await parts(of: "/a")
      #expect(first.map(\.count) == [262_144, 262_144, 262_144, 13_568])
      let again = try await parts(of: "/a")
      #expect(again.map(\.count) == [800_000])
      let file = try #require(again[0].file as? DiskFile)
      #expect(try file.read(again[0].count, at: again[0].offset) == Self.large)
      let key = CacheKey(bytes: Array("/b".utf8))
      let path = try #require(stage.cache.store.variant(key, of: key)?.content.file).path
      #expect(unsafe truncate(path, 600_000) == 0)
      await #expect(throws: (any Error).self) { try await parts(of: "/b") }
      #expect(try await stage.get("/b").note.contains("fwd=uri-miss"))
    }
  }

  @Test func `the folder keeps to its bytes, and a file that is being read stays until it is read`() throws {
    try run(room: 3_300_000) { stage, folder in
      _ = try await stage.get("/0")
      try await kept(1, by: stage)
      var source = content(of: stage.cache.dispatch(Request(.get, "/0", fields: [(.host, "films.example")])))
      for number in 1..<12 {
        _ = try await stage.get("/\(number)")
        try await eventually("it is written", on: stage.loop) {
          !names(in: folder).contains { $0.hasPrefix("new-") }
        }
        #expect(stage.cache.store.disk?.bytes ?? 0 <= 3_300_000)
      }
      #expect(try await stage.get("/0").note.contains("fwd=uri-miss"))
      #expect(try await source?.collect(limit: 1 << 20) == Self.large)
      source = nil
      try await eventually("what was evicted is deleted", on: stage.loop) { names(in: folder).count <= 5 }
    }
  }

  @Test func `what an origin announces and does not send takes nobody's place`() throws {
    try run(room: 3_300_000) { stage, _ in
      for number in 1...3 {
        _ = try await stage.get("/\(number)")
        try await kept(number, by: stage)
      }
      var isHeld = true
      stage.origin.answer = { _ in
        let few = HalvedContent(Array(Self.large[..<1_000]), on: stage.loop) { isHeld }
        return Response(.ok, body: .stream(few, length: Self.large.count)).with(.cacheControl, "max-age=60")
      }
      var promised: [any BodySource] = []
      for number in 4...9 { promised += [try #require(try await source(of: "/\(number)", stage))] }
      #expect(stage.cache.store.count == 3)
      isHeld = false
      for source in promised { await #expect(throws: (any Error).self) { try await source.collect(limit: 1 << 20) } }
      #expect(stage.cache.store.count == 3 && stage.cache.store.disk?.bytes == 3 * Self.large.count)
    }
  }

  @Test func `a client that leaves half-way leaves nothing behind`() throws {
    try run { stage, folder in
      var isHeld = true
      stage.origin.answer = { _ in
        Response(.ok, body: .stream(HalvedContent(Self.large, on: stage.loop) { isHeld }, length: Self.large.count))
          .with(.cacheControl, "max-age=60")
      }
      var reader = try await source(of: "/a", stage)
      _ = try await reader?.next()
      try await eventually("a block is on disk", on: stage.loop) { stage.cache.store.disk?.bytes ?? 0 > 0 }
      reader = nil
      isHeld = false
      try await eventually("nothing is left", on: stage.loop) { names(in: folder) == ["lock"] }
      #expect(stage.cache.store.count == 0 && stage.cache.store.disk?.bytes == 0)
    }
  }

  @Test func `many who miss at once, and who comes half-way, cost the origin one request and read as it is filled`()
    throws
  {
    try run { stage, _ in
      var isHeld = true
      stage.origin.answer = { _ in
        Response(.ok, body: .stream(HalvedContent(Self.large, on: stage.loop) { isHeld }, length: Self.large.count))
          .with(.cacheControl, "max-age=60")
      }
      var answers: [CacheStage.Answer] = []
      func ask(_ fields: (FieldName, String)...) {
        stage.loop.start {
          if let answer = try? await stage.send(.get, "/a", fields) { answers.append(answer) }
        }
      }
      for _ in 0..<5 { ask() }
      try await eventually("a block is on disk", on: stage.loop) {
        let names = names(in: stage.cache.store.disk?.folder ?? "")
        return names.contains { $0.hasPrefix("new-") }
      }
      ask()
      isHeld = false
      try await eventually("all are answered", on: stage.loop) { answers.count == 6 }
      #expect(answers.allSatisfy { $0.bytes == Self.large } && stage.origin.requests.count == 1)
      #expect(answers.filter { $0.note == "moviesnow-edge; fwd=uri-miss; stored; collapsed" }.count == 5)
      try await kept(1, by: stage)
      #expect(try await stage.get("/a").isImmediate)
    }
  }

  @Test func `a stale one is renewed in the background, with nobody to read it`() throws {
    try run { stage, _ in
      let windows = "max-age=1, stale-while-revalidate=60"
      stage.origin.answer = { _ in
        Response(.ok, contentType: "video/mp4", Self.large).with(.age, "2").with(.cacheControl, windows)
      }
      _ = try await stage.get("/a")
      try await kept(1, by: stage)
      stage.origin.answer = { _ in
        Response(.ok, contentType: "video/mp4", Self.large.reversed()).with(.cacheControl, "max-age=60")
      }
      #expect(try await stage.get("/a").bytes == Self.large)
      try await eventually("the new one is given", on: stage.loop) {
        (try? await stage.get("/a").bytes) == Self.large.reversed()
      }
      #expect(stage.origin.requests.count == 2)
    }
  }

  @Test func `one that loses its place while the origin is asked whether it stands is fetched anew`() throws {
    try run { stage, _ in
      _ = try await stage.get("/a")
      try await kept(1, by: stage)
      let first = stage.origin.answer
      stage.origin.answer = { request in
        guard request.fields.contains(.ifNoneMatch) else { return first(request) }
        stage.cache.store.remove(CacheKey(bytes: Array("/a".utf8)))
        return Response(.notModified).with(.etag, "\"v1\"").with(.cacheControl, "max-age=60")
      }
      #expect(try await stage.get("/a", (.cacheControl, "no-cache")).bytes == Self.large)
      #expect(stage.origin.requests.count == 3)
    }
  }

  @Test func `who reads one that is gone already leaves the place on the stream of purges to be noted`() throws {
    try run { stage, _ in
      _ = try await stage.get("/a")
      try await kept(1, by: stage)
      let key = CacheKey(bytes: Array("/a".utf8))
      let answer = try #require(stage.cache.store.variant(key, of: key))
      stage.purge(PurgeNotice([.url("/a")]))
      _ = answer.response(to: Request(.get, "/a"), at: stage.loop.now)
      let disk = try #require(stage.cache.store.disk)
      try await eventually("the place is noted", on: stage.loop) {
        disk.note(StreamID("5-0")!)
        return disk.position == StreamID("5-0")
      }
    }
  }

  @Test func `one process at a time has the folder, and the next one gets it, with what the first has left`() throws {
    try withFolder { folder in
      var first: DiskStore? = DiskStore(in: folder, room: 1 << 30)
      try first?.open()
      try run(in: folder, restoring: false) { stage, _ in
        stage.loop.start { await stage.cache.store.restore(obeysPurges: false, on: stage.loop) }
        let passed = try await stage.get("/a")
        #expect(passed.bytes == Self.large && !passed.note.contains("stored"))
        #expect(stage.cache.store.disk?.isOpen == false && stage.cache.store.count == 0)
        first = nil
        try await eventually("the folder is open", on: stage.loop) { stage.cache.store.disk?.isOpen == true }
        _ = try await stage.get("/b")
        try await kept(1, by: stage)
      }
    }
  }

  private func run(
    in folder: String? = nil, room: Int = 1 << 30, follows: Bool = true, restoring: Bool = true,
    _ body: @escaping (CacheStage, String) async throws -> Void
  ) throws {
    guard let folder else {
      return try withFolder { try run(in: $0, room: room, follows: follows, restoring: restoring, body) }
    }
    var limits = EdgeCache.Limits()
    limits.answer = 64 * 1024
    let disk = DiskStore(in: folder, room: room)
    try CacheStage.run(limits: limits, disk: disk, follows: follows) { stage in
      stage.origin.answer = { _ in
        Response(.ok, contentType: "video/mp4", Self.large).with(.etag, "\"v1\"").with(.cacheControl, "max-age=60")
      }
      if restoring { await stage.cache.store.restore(obeysPurges: true, on: stage.loop) }
      try await body(stage, folder)
    }
  }

  private func content(of dispatch: Dispatch) -> (any BodySource)? {
    guard case .respond(let response) = dispatch, case .stream(let source, _) = response.body else { return nil }
    return source
  }

  /// Of what the origin is asked for, as it comes.
  private func source(of target: String, _ stage: CacheStage) async throws -> (any BodySource)? {
    let request = Request(.get, target, fields: [(.host, "films.example")])
    guard case .streamed(let handler) = stage.cache.dispatch(request) else { return nil }
    return content(of: .respond(await handler(request, Nothing())))
  }

  private func withFolder(_ body: (String) throws -> Void) throws {
    let folder = try TemporaryFolder()
    defer { folder.remove() }
    try body(folder.path)
  }

  private func kept(_ count: Int, by stage: CacheStage) async throws {
    try await eventually("\(count) are kept", on: stage.loop) { stage.cache.store.count == count }
  }

  private func names(in folder: String) -> [String] {
    ((try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []).filter { $0 != "position" }.sorted()
  }
}

private final class Nothing: BodySource {
  func next() async throws -> [UInt8]? { nil }
}
