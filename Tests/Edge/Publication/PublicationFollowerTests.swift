@testable import Edge
import Glibc
import Loop
import Publication
@testable import Redis
import Support
import Testing

@Suite struct `The follower of what is published` {
  private struct Away: Error {}

  /// An origin whose answers the test decides.
  private final class Source {
    var state: PublishedState?
    var asked: [Int64?] = []
    var answered = 0
    /// Answers wait for it to become false.
    var isHeld = false

    func fetch(_ known: Int64?, on loop: EventLoop) async throws -> PublishedState? {
      asked.append(known)
      let answer = state
      while isHeld { await loop.sleep(for: .milliseconds(1)) }
      answered += 1
      guard let answer else { throw Away() }
      return answer.version == known ? nil : answer
    }
  }

  private func withFollower(
    knowing state: PublishedState? = nil, file: PublicationFile? = nil,
    _ body: @escaping (PublicationFollower, Source, EventLoop) async throws -> Void
  ) throws {
    let loop = EventLoop()
    let _: Void = try loop.run {
      let source = Source()
      let follower = PublicationFollower(on: loop, PublicationMirror(state), file: file) {
        try await source.fetch($0, on: loop)
      }
      defer { follower.close() }
      try await body(follower, source, loop)
    }
  }

  private func entry(_ version: Int64, _ kind: PublicationChange.Kind) -> StreamFollower.Event {
    let bytes = PublicationCodec.encode(PublicationChange(version: version, kind: kind))
    let entry = StreamEntry(id: "\(version)-0", fields: [(name: PublicationChange.field, value: bytes)])
    return .entry(entry, stream: PublicationChange.stream)
  }

  @Test func `whoever asks before the first answer waits for it, and with the origin away is told at once`() throws {
    try withFollower { follower, source, _ in
      source.state = PublishedState(version: 1)
      #expect(await follower.isLoaded())
    }
    try withFollower { follower, source, _ in
      #expect(await follower.isLoaded() == false)
      #expect(await follower.isLoaded() == false)
      #expect(source.asked.count == 1)
    }
  }

  @Test func `what is known already binds while the origin is away`() throws {
    try withFollower(knowing: PublishedState(version: 3, expiries: ["k": 9])) { follower, _, _ in
      #expect(await follower.isLoaded())
      #expect(follower.end(of: "k") == 9)
    }
  }

  @Test func `each change is obeyed as it comes; after a gap, or when some are missed, the whole is read`() throws {
    try withFollower { follower, source, loop in
      source.state = PublishedState(version: 1)
      _ = await follower.isLoaded()
      follower.hear(entry(2, .expiry(key: "k", at: 9)))
      #expect(follower.end(of: "k") == 9)

      source.state = PublishedState(version: 4, expiries: ["k": 11])
      follower.hear(entry(4, .expiry(key: "k", at: 11)))
      try await eventually("the whole is read", on: loop) { follower.mirror.state?.version == 4 }
      source.state = PublishedState(version: 5, expiries: ["k": 12])
      follower.hear(.missed(stream: PublicationChange.stream))
      try await eventually("the whole is read", on: loop) { follower.end(of: "k") == 12 }
    }
  }

  @Test func `a change that comes while an older whole is on its way is not lost`() throws {
    try withFollower { follower, source, loop in
      source.state = PublishedState(version: 1)
      _ = await follower.isLoaded()
      source.state = PublishedState(version: 2, expiries: ["a": 1])
      source.isHeld = true
      follower.hear(.upToDate)
      try await eventually("the whole is asked for", on: loop) { source.asked.count == 2 }
      follower.hear(entry(2, .expiry(key: "a", at: 1)))
      follower.hear(entry(3, .expiry(key: "b", at: 2)))
      source.isHeld = false
      try await eventually("the whole has come", on: loop) { source.answered == 2 }
      #expect(follower.mirror.state?.version == 3 && follower.end(of: "b") == 2)
    }
  }

  @Test func `what it keeps on disk is the last it knew, and a damaged file is as none`() throws {
    let loop = EventLoop()
    let _: Void = try loop.run {
      let folder = try TemporaryFolder()
      defer { folder.remove() }
      #expect(PublicationFile.read(in: folder.path) == nil)
      let file = PublicationFile(in: folder.path, on: loop)
      for version in 1...50 as ClosedRange<Int64> { file.keep(PublishedState(version: version)) }
      try await eventually("the last is kept", on: loop) {
        PublicationFile.read(in: folder.path) == PublishedState(version: 50)
      }
      unsafe _ = system("printf '{' > \(folder.path)/publication.json")
      #expect(PublicationFile.read(in: folder.path) == nil)
    }
  }
}

extension PublicationFollower {
  /// From when on it says that the key is no longer issued.
  fileprivate func end(of key: String) -> Int64? {
    guard case .open(until: let end)? = mirror.state?.standing(ofKey: key, title: nil, at: 0) else { return nil }
    return end
  }
}
