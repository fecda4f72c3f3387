@testable import Edge
import FoundationEssentials
import Glibc
import HTTP
import Loop
import Support
import Testing

@Suite struct `A disk that is full` {
  /// In a process of its own, whose files may have so many bytes.
  @Test(arguments: [100_000, 400_000])
  func `costs nobody the answer, and keeps nothing of it`(room: Int) async {
    await #expect(processExitsWith: .success) { [room] in
      limitFiles(to: room)
      let large = (0..<2_000_000).map { UInt8(truncatingIfNeeded: $0 / 251 &* 7 &+ $0) }
      let folder = try TemporaryFolder()
      defer { folder.remove() }
      var limits = EdgeCache.Limits()
      limits.answer = 64 * 1024
      try CacheStage.run(limits: limits, disk: DiskStore(in: folder.path, room: 1 << 30)) { stage in
        await stage.cache.store.restore(obeysPurges: false, on: stage.loop)
        stage.origin.answer = { _ in Response(.ok, contentType: "video/mp4", large).with(.cacheControl, "max-age=60") }
        let answers = await concurrently(3, on: stage.loop) { _ in try? await stage.get("/a").bytes }
        try #require(answers.allSatisfy { $0 == large })
        try #require(stage.cache.store.count == 0 && stage.cache.store.disk?.bytes == 0)
        try await eventually("nothing is left", on: stage.loop) {
          (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) == ["lock"]
        }
      }
    }
  }
}

/// Of this process, in bytes each; what goes beyond is an error like a full disk's.
private func limitFiles(to room: Int) {
  signal(SIGXFSZ, SIG_IGN)
  var limit = rlimit(rlim_cur: rlim_t(room), rlim_max: rlim_t(room))
  guard unsafe setrlimit(__rlimit_resource_t(RLIMIT_FSIZE.rawValue), &limit) == 0 else { exit(2) }
}
