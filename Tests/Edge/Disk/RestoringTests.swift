@testable import Edge
import FoundationEssentials
import HTTP
import Loop
import Support
import Testing

@Suite struct `What a start finds on disk` {
  private static let old = (0..<300_000).map { UInt8(truncatingIfNeeded: $0 / 251 &* 7 &+ $0) }
  private static let new = Array(old.reversed())

  @Test func `gives way to what has come meanwhile`() throws {
    try withFolder { folder in
      try run(in: folder, Self.old) { try await keep("/a", $0) }
      try run(in: folder, Self.new, restoring: false) { stage in
        let disk = try #require(stage.cache.store.disk)
        // A child that another test starts has the lock as well, until it is a program of its own.
        try await eventually("the folder is ours", on: stage.loop) { (try? disk.open()) != nil }
        try await keep("/a", stage)
        await stage.cache.store.restore(obeysPurges: false, on: stage.loop)
        try await eventually("the old one is deleted", on: stage.loop) { names(in: folder).count == 1 }
        #expect(try await stage.get("/a").bytes == Self.new)
      }
    }
  }

  @Test func `is nothing under the name that a file has while it is written, nor what has no room`() throws {
    try withFolder { folder in
      try run(in: folder, Self.old) { stage in
        try await keep("/a", stage)
        let name = try #require(names(in: folder).first)
        try FileManager.default.copyItem(atPath: "\(folder)/\(name)", toPath: "\(folder)/new-\(name)")
        try FileManager.default.removeItem(atPath: "\(folder)/\(name)")
      }
      try run(in: folder, Self.old) { stage in
        #expect(stage.cache.store.count == 0 && names(in: folder).isEmpty)
        try await keep("/a", stage)
      }
      try run(in: folder, Self.old, room: 200_000) { stage in
        #expect(stage.cache.store.count == 0 && stage.cache.store.disk?.bytes == 0)
        try await eventually("it is deleted", on: stage.loop) { names(in: folder).isEmpty }
      }
    }
  }

  @Test func `is the newer of two of one URL, as a kill may leave them`() throws {
    try withFolder { folder in
      try run(in: folder, Self.old) { stage in
        try await keep("/a", stage)
        let name = try #require(names(in: folder).first)
        for copy in ["0-1", "z-1"] {
          try FileManager.default.copyItem(atPath: "\(folder)/\(name)", toPath: "\(folder)/\(copy)")
        }
        stage.origin.answer = { _ in Self.film(Self.new) }
        _ = try await stage.get("/a", (.cacheControl, "no-cache"))
        try await eventually("the new one is kept", on: stage.loop) {
          (try? await stage.get("/a").bytes) == Self.new && names(in: folder).count == 3
        }
      }
      try run(in: folder, Self.old) { stage in
        let hit = try await stage.get("/a")
        #expect(hit.bytes == Self.new && stage.origin.requests.isEmpty && names(in: folder).count == 1)
      }
    }
  }

  @Test func `is kept within the room, the newest of it, though there was more before`() throws {
    try withFolder { folder in
      try run(in: folder, Self.old) { stage in for number in 1...4 { try await keep("/\(number)", stage) } }
      try run(in: folder, Self.new, room: 650_000) { stage in
        #expect(stage.cache.store.count == 2 && stage.cache.store.disk?.bytes == 600_000)
        #expect(try await stage.get("/4").bytes == Self.old)
        try await eventually("the rest is deleted", on: stage.loop) { names(in: folder).count == 2 }
      }
    }
  }

  @Test func `nothing but what is whole, of a good answer, and leaves room for others ever gets there`() throws {
    try withFolder { folder in
      try run(in: folder, Self.old, room: 1_000_000) { stage in
        for (status, length) in [(Status.notFound, 300_000), (.ok, 260_000)] {
          stage.origin.answer = { _ in
            var response = Self.film(Array(Self.old[..<length]))
            response.status = status
            return response
          }
          _ = try await stage.get("/a")
          #expect(stage.cache.store.count == 0 && names(in: folder).isEmpty)
        }
      }
    }
  }

  private func withFolder(_ body: (String) throws -> Void) throws {
    let folder = try TemporaryFolder()
    defer { folder.remove() }
    try body(folder.path)
  }

  /// One process after another.
  private func run(
    in folder: String, _ content: [UInt8], room: Int = 1 << 30, restoring: Bool = true,
    _ body: @escaping (CacheStage) async throws -> Void
  ) throws {
    var limits = EdgeCache.Limits()
    limits.answer = 64 * 1024
    try CacheStage.run(limits: limits, disk: DiskStore(in: folder, room: room)) { stage in
      stage.cache.coverage.resume()
      stage.origin.answer = { _ in Self.film(content) }
      if restoring { await stage.cache.store.restore(obeysPurges: false, on: stage.loop) }
      try await body(stage)
    }
  }

  private static func film(_ content: [UInt8]) -> Response {
    Response(.ok, contentType: "video/mp4", content).with(.cacheControl, "max-age=60")
  }

  private func keep(_ target: String, _ stage: CacheStage) async throws {
    _ = try await stage.get(target)
    try await eventually("\(target) is kept", on: stage.loop) { (try? await stage.get(target).isImmediate) == true }
  }

  private func names(in folder: String) -> [String] {
    ((try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []).filter { $0 != "lock" }
  }
}
