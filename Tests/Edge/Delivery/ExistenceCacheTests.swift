import Edge
import Loop
import Publication
import Support
import Testing

@Suite struct `The existence cache` {
  private let key = StorageKey("bundles/a/S01.zip")!

  @Test func `many who ask at once cost the store one question, and the answer is remembered`() throws {
    let loop = EventLoop()
    var questions = 0
    let _: Void = try loop.run {
      let cache = ExistenceCache(on: loop) { _ in
        questions += 1
        await loop.sleep(for: .milliseconds(10))
        return true
      }
      let answers = await concurrently(20, on: loop) { _ in (try? await cache.exists(key)) ?? false }
      #expect(answers.allSatisfy { $0 })
      #expect(cache.known(key) == true)
    }
    #expect(questions == 1)
  }

  @Test func `an absent object is asked for again once its short time is over`() throws {
    let loop = EventLoop()
    let _: Void = try loop.run {
      var uploaded = false
      var lifetimes = ExistenceCache.Lifetimes()
      lifetimes.missing = .milliseconds(20)
      let cache = ExistenceCache(on: loop, lifetimes: lifetimes) { _ in uploaded }
      let absent = try await cache.exists(key)
      #expect(!absent)
      uploaded = true
      let remembered = try await cache.exists(key)
      #expect(!remembered)
      try await eventually("it is forgotten", on: loop) { cache.known(key) == nil }
      let present = try await cache.exists(key)
      #expect(present)
    }
  }

  @Test func `a store that cannot tell fails everyone who waits and is asked again`() throws {
    struct Away: Error {}
    let loop = EventLoop()
    let _: Void = try loop.run {
      var isAway = true
      let cache = ExistenceCache(on: loop) { _ in
        await loop.sleep(for: .milliseconds(5))
        if isAway { throw Away() }
        return true
      }
      let failures = await concurrently(3, on: loop) { _ in (try? await cache.exists(key)) == nil }
      #expect(failures == [true, true, true])
      isAway = false
      let exists = try await cache.exists(key)
      #expect(exists)
    }
  }
}
