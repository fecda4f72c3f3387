import FoundationEssentials
import Glibc
import Loop
import Support
import Synchronization
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

  @Test func `a guarded child ends with the thread that spawned it, and one that does not exist is an error`() throws {
    let started = Atomic<Int32>(0)
    let worker = WorkerThread.start(name: "parent") {
      var command = ChildProcess.Command("sleep", ["60"])
      command.lastSignal = .terminate
      let pid = (try? ChildProcess.spawn(command, on: .current))?.pid ?? 0
      started.store(pid, ordering: .relaxed)
      // Until then it is setpriv, which has yet to ask.
      try? await eventually("it is sleep", on: .current) { nameOfProcess(pid) == "sleep\n" }
    }
    worker.join()
    let pid = started.load(ordering: .relaxed)
    var status: Int32 = 0
    #expect(unsafe pid > 0 && waitpid(pid, &status, 0) == pid)
    #expect(status & 0x7F == SIGTERM)
    let loop = EventLoop()
    let _: Void = try loop.run {
      var command = ChildProcess.Command("no-such-program")
      command.lastSignal = .kill
      _ = #expect(throws: UVError.self) { try ChildProcess.spawn(command, on: loop) }
    }
  }
}

private func nameOfProcess(_ pid: Int32) -> String {
  String(decoding: FileManager.default.contents(atPath: "/proc/\(pid)/comm") ?? Data(), as: UTF8.self)
}
