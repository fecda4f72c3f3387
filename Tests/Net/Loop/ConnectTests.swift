import Glibc
import Support
import Testing

@testable import Loop

/// One deadline for all of it: the look-up of a name and each of its addresses.
@Suite struct `Connecting` {
  @Test func `an address that drops what is sent to it does not keep the next one waiting`() throws {
    try withHole { hole, loop in
      var accepted: [SocketStream] = []
      let listener = try Listener(on: .tcp(host: "127.0.0.1", port: 0), loop: loop) { accepted.append($0) }
      defer { listener.close() }
      let start = loop.now
      let stream = try await SocketStream.connect(
        to: .tcp(host: "two.test", port: hole.port), at: [hole.address, listener.address], on: loop,
        until: loop.now + .seconds(30))
      #expect(stream.peer?.port == listener.port && loop.now - start < .seconds(10))
      stream.close()
      try await eventually("the other end has it", on: loop) { !accepted.isEmpty }
      for stream in accepted { stream.close() }
    }
  }

  @Test func `an address that refuses gives way to the next one at once`() throws {
    try withHole { _, loop in
      let gone = try #require(SocketAddress(numericHost: "127.0.0.1", port: FreePort.one()))
      let listener = try Listener(on: .tcp(host: "127.0.0.1", port: 0), loop: loop) { $0.close() }
      defer { listener.close() }
      let stream = try await SocketStream.connect(
        to: .tcp(host: "two.test", port: 1), at: [gone, listener.address], on: loop, until: loop.now + .seconds(30))
      #expect(stream.peer?.port == listener.port)
      stream.close()
    }
  }

  @Test func `when all addresses drop what is sent the deadline ends it, and nothing is left open`() throws {
    try withHole { hole, loop in
      let start = loop.now
      await #expect(throws: StreamError.timedOut) {
        try await SocketStream.connect(
          to: .tcp(host: "two.test", port: hole.port), at: [hole.address, hole.address, hole.address], on: loop,
          until: loop.now + .milliseconds(400))
      }
      #expect(loop.now - start >= .milliseconds(400))
    }
  }

  @Test func `a name that no server tells about ends at the deadline too`() throws {
    try withHole { _, loop in
      // All threads that look names up are busy: what hangs behind them is what hangs behind a dead name server.
      let busy = (0..<4).map { _ in Gate() }
      for gate in busy { loop.start { _ = try? await loop.offload { gate.wait() } } }
      await loop.sleep(for: .milliseconds(20))
      await #expect(throws: StreamError.timedOut) {
        try await SocketStream.connect(
          to: .tcp(host: "name.test", port: 1), on: loop, deadline: .milliseconds(50))
      }
      for gate in busy { gate.open() }
    }
  }

  private func withHole(_ body: @escaping (BlackHole, EventLoop) async throws -> Void) throws {
    let loop = EventLoop()
    let hole = BlackHole()
    defer { hole.close() }
    try loop.run { try await body(hole, loop) }
    #expect(loop.handlesLeftOpen == 0)
  }
}

/// Holds a thread until it is opened.
private final class Gate: Sendable {
  private let ends: (read: Int32, write: Int32)

  init() {
    var both: [Int32] = [0, 0]
    unsafe _ = pipe(&both)
    ends = (both[0], both[1])
  }

  func wait() {
    var byte: UInt8 = 0
    unsafe _ = read(ends.read, &byte, 1)
    close(ends.read)
  }

  /// With a byte: a child of another test may hold its end for as long as it lives.
  func open() {
    var byte: UInt8 = 0
    unsafe _ = write(ends.write, &byte, 1)
    close(ends.write)
  }
}

extension BlackHole {
  fileprivate var address: SocketAddress { SocketAddress(numericHost: "127.0.0.1", port: port)! }
}

extension Listener {
  fileprivate var address: SocketAddress { SocketAddress(numericHost: "127.0.0.1", port: port ?? 0)! }
}
