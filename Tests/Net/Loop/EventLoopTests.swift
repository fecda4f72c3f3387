import Glibc
import Loop
import Testing

@Suite struct `The event loop` {
  @Test func `a task resumes on the loop without a hop through another thread`() throws {
    let loop = EventLoop()
    let answer = try loop.run {
      for _ in 0..<100 { await loop.sleep(for: .zero) }
      return 42
    }
    #expect(answer == 42)
    #expect(loop.jobsFromOtherThreads == 0)
    #expect(loop.handlesLeftOpen == 0)
  }

  @Test func `what the worker pool still does at the end is waited for, without turning`() throws {
    var before = timespec()
    let loop = EventLoop()
    let _: Void = try loop.run {
      // Work that takes its time: nobody waits for it but the loop's end.
      loop.start { _ = try? await loop.offload { usleep(300_000) } }
      await loop.sleep(for: .zero)
      unsafe clock_gettime(CLOCK_THREAD_CPUTIME_ID, &before)
    }
    var used = timespec()
    unsafe clock_gettime(CLOCK_THREAD_CPUTIME_ID, &used)
    let turning = (used.tv_sec - before.tv_sec) * 1_000 + (used.tv_nsec - before.tv_nsec) / 1_000_000
    #expect(turning < 100, "\(turning) ms of CPU")
  }

  @Test func `between a check and the wait that it decides on no other task runs`() throws {
    let loop = EventLoop()
    let _: Void = try loop.run {
      for _ in 0..<3 {
        var steps: [String] = []
        loop.start { steps.append("other") }
        steps.append("check")
        unsafe await withUnsafeContinuation { continuation in
          steps.append("wait")
          _ = loop.timer(after: .zero) { unsafe continuation.resume() }
        }
        #expect(steps == ["check", "wait", "other"])
      }
    }
  }

  @Test func `operations in lanes keep their order, and no more run at once than there are lanes`() throws {
    let loop = EventLoop()
    let _: Void = try loop.run {
      var running = 0
      var most = 0
      let results = await loop.results(20, lanes: 3) { index in
        running += 1
        most = max(most, running)
        await loop.sleep(for: .milliseconds(index % 3))
        running -= 1
        return index
      }
      #expect(results == Array(0..<20) && most == 3)
      #expect(await loop.results(0, lanes: 3) { $0 }.isEmpty)
    }
  }

  @Test func `an error of the body comes out of run`() {
    struct Refused: Error {}
    #expect(throws: Refused.self) { try EventLoop().run { throw Refused() } }
  }

  @Test func `work from another thread runs on the loop`() throws {
    let loop = EventLoop()
    let _: Void = try loop.run {
      unsafe await withUnsafeContinuation { (continuation: UnsafeContinuation<Void, Never>) in
        let worker = WorkerThread.start(name: "caller") { loop.submit { unsafe continuation.resume() } }
        worker.join()
      }
    }
    #expect(loop.handlesLeftOpen == 0)
  }

  @Test func `blocking work leaves the loop and comes back with its result or its error`() throws {
    struct Broken: Error {}
    let loop = EventLoop()
    let _: Void = try loop.run {
      let answer = try await loop.offload { 6 * 7 }
      #expect(answer == 42)
      await #expect(throws: Broken.self) { try await loop.offload { throw Broken() } }
    }
    #expect(loop.jobsFromOtherThreads == 0)
  }

  @Test func `a hook runs after the tick's tasks and sees what they queued`() throws {
    let loop = EventLoop()
    var queued = 0
    var flushed: [Int] = []
    let _: Void = try loop.run {
      let hook = loop.beforePoll {
        if queued > 0 { flushed.append(queued) }
        queued = 0
      }
      for _ in 0..<3 { loop.start { queued += 1 } }
      await loop.sleep(for: .milliseconds(1))
      hook.cancel()
    }
    #expect(flushed == [3])
  }

  @Test func `a hook that is cancelled lets go at once of what it held`() throws {
    final class Held {}
    let loop = EventLoop()
    let _: Void = try loop.run {
      weak var held: Held?
      let hook: PollHook
      do {
        let object = Held()
        held = object
        hook = loop.beforePoll { _ = object }
      }
      #expect(held != nil)
      hook.cancel()
      #expect(held == nil)
    }
  }

  @Test func `a repeating timer fires until it is cancelled`() throws {
    let loop = EventLoop()
    var fired = 0
    let _: Void = try loop.run {
      unsafe await withUnsafeContinuation { (continuation: UnsafeContinuation<Void, Never>) in
        var timer: Timer?
        timer = loop.timer(after: .zero, repeating: .milliseconds(1)) {
          fired += 1
          guard fired == 3 else { return }
          timer?.cancel()
          unsafe continuation.resume()
        }
      }
    }
    #expect(fired == 3)
    #expect(loop.handlesLeftOpen == 0)
  }
}
