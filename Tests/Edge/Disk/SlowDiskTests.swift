@testable import Edge
import FoundationEssentials
import Glibc
import HTTP
import Loop
@testable import Redis
import Support
import Synchronization
import Testing

@Suite struct `A disk that takes its time` {
  private static let large = (0..<200_000).map { UInt8(truncatingIfNeeded: $0 / 251 &* 7 &+ $0) }

  @Test func `keeps nobody waiting who has read all of it`() throws {
    try run { stage, _ in
      let disk = try await BusyDisk(on: stage.loop)
      defer { disk.release() }
      var bytes: [UInt8] = []
      stage.loop.start { bytes = (try? await stage.get("/a").bytes) ?? [] }
      try await eventually("all of it is given", on: stage.loop) { bytes == Self.large }
      #expect(stage.cache.store.count == 0)
      disk.release()
      try await eventually("it is kept", on: stage.loop) { stage.cache.store.count == 1 }
    }
  }

  @Test func `is left with the last of what was said of an answer, whatever order it writes in`() throws {
    try run { stage, folder in
      _ = try await stage.get("/a")
      try await eventually("it is kept", on: stage.loop) { stage.cache.store.count == 1 }
      let name = try #require(names(in: folder).first)
      for round in 1...5 {
        let disk = try await BusyDisk(on: stage.loop)
        defer { disk.release() }
        for seconds in (100 * round)...(100 * round + 8) {
          stage.origin.answer = { _ in Self.film(for: seconds) }
          _ = try await stage.send(.head, "/a", [(.cacheControl, "no-cache")])
        }
        disk.release()
        let position = try #require(StreamID("\(round)-0"))
        try await eventually("all is written", on: stage.loop) {
          stage.cache.store.disk?.note(position)
          return stage.cache.store.disk?.position == position
        }
        let record = try DiskRecord.read(from: DiskFile(reading: "\(folder)/\(name)"))
        #expect(record.lifetimeNs == Int64(100 * round + 8) * 1_000_000_000)
      }
    }
  }

  @Test func `keeps nothing whose place was taken before it was there`() throws {
    try run(room: 1_000_000) { stage, folder in
      let store = stage.cache.store
      let tier = try #require(store.disk)
      let head = StoredAnswer(
        CacheKey(bytes: Array("/a".utf8)), .none, .ok, origin: Fields(), fields: Fields(), StoredContent([]),
        Freshness(.init(lifetime: .seconds(60)), age: .zero, received: stage.loop.now), askedAt: stage.loop.exactNow)
      let fill = DiskFill(length: DiskRecord.block, head.key, into: store, tier)
      #expect(await fill.append(Array(repeating: 1, count: DiskRecord.block)))
      let disk = try await BusyDisk(on: stage.loop)
      defer { disk.release() }
      var isDone = false
      stage.loop.start {
        await fill.keep([]) { head.with($0) }
        isDone = true
      }
      await stage.loop.sleep(for: .milliseconds(1))
      #expect(store.makeRoom(900_000, for: tier.admit(CacheKey(bytes: Array("/b".utf8))), on: tier))
      disk.release()
      try await eventually("it is written", on: stage.loop) { isDone }
      #expect(store.variant(head.key, of: head.key) == nil && tier.bytes == 900_000)
      try await eventually("nothing is left", on: stage.loop) { names(in: folder).isEmpty }
    }
  }

  private static func film(for seconds: Int) -> Response {
    Response(.ok, contentType: "video/mp4", large).with(.etag, "\"v1\"").with(.cacheControl, "max-age=\(seconds)")
  }

  private func run(room: Int = 1 << 30, _ body: @escaping (CacheStage, String) async throws -> Void) throws {
    let folder = try TemporaryFolder()
    defer { folder.remove() }
    var limits = EdgeCache.Limits()
    limits.answer = 64 * 1024
    try CacheStage.run(limits: limits, disk: DiskStore(in: folder.path, room: room)) { stage in
      stage.origin.answer = { _ in Self.film(for: 60) }
      await stage.cache.store.restore(obeysPurges: false, on: stage.loop)
      try await body(stage, folder.path)
    }
  }

  private func names(in folder: String) -> [String] {
    ((try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []).filter { $0 != "lock" }
  }
}

/// The threads that write to disk have something else to do.
private final class BusyDisk: Sendable {
  private let isHeld = Atomic(true)
  private let waiting = Atomic(0)

  /// Returns once all of them have.
  init(on loop: EventLoop) async throws {
    // More than there are threads: what comes later waits behind the rest.
    for _ in 0..<16 {
      loop.start { [self] in
        _ = try? await loop.offload { [self] in
          waiting.add(1, ordering: .relaxed)
          while isHeld.load(ordering: .relaxed) { usleep(1_000) }
        }
      }
    }
    try await eventually("the disk is busy", on: loop) { waiting.load(ordering: .relaxed) >= 4 }
  }

  func release() { isHeld.store(false, ordering: .relaxed) }
}
