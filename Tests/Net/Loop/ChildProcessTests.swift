import Loop
import Testing

@Suite struct `Child processes` {
  @Test func `the exit status comes back`() throws {
    let loop = EventLoop()
    let exit = try loop.run {
      try await ChildProcess.spawn(.init("/bin/sh", ["-c", "exit 7"]), on: loop).exit
    }
    #expect(exit.status == 7 && exit.signal == 0)
    #expect(loop.handlesLeftOpen == 0)
  }

  @Test func `a killed child tells its signal`() throws {
    let loop = EventLoop()
    let exit = try loop.run {
      let child = try ChildProcess.spawn(.init("/bin/sleep", ["60"]), on: loop)
      child.kill(15)
      return await child.exit
    }
    #expect(exit.signal == 15)
  }

  @Test func `a program that does not exist is an error at once`() throws {
    let loop = EventLoop()
    let _: Void = try loop.run {
      _ = #expect(throws: UVError.self) { try ChildProcess.spawn(.init("/nonexistent"), on: loop) }
    }
  }
}
