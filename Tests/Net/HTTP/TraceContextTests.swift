import HTTP
import Testing

@Suite struct `Trace contexts` {
  private static let valid = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"

  private func parse(_ text: String) -> TraceContext? { TraceContext(Array("x\(text)".utf8).dropFirst()) }

  @Test func `the standard's example is read and written unchanged`() throws {
    let context = try #require(parse(Self.valid))
    #expect(context.traceID == "4bf92f3577b34da6a3ce929d0e0e4736" && context.isSampled)
    #expect(context.description == Self.valid)
  }

  @Test func `a child keeps the trace and has a span of its own`() throws {
    var random = SystemRandomNumberGenerator()
    let context = try #require(parse(Self.valid))
    let child = context.child(using: &random)
    #expect(child.traceID == context.traceID && child.isSampled && child != context)
    #expect(child.parentSpanID == context.spanID && context.parentSpanID == nil)
    #expect(parse(child.description)?.spanID == child.spanID)
  }

  @Test func `of those that begin here the wanted share is sampled`() {
    var random = SystemRandomNumberGenerator()
    func sampled(_ share: Double) -> Int {
      (0..<4_000).count { _ in TraceContext.random(using: &random, sampling: share).isSampled }
    }
    #expect(sampled(0) == 0 && sampled(1) == 4_000 && (800..<1_200).contains(sampled(0.25)))
  }

  @Test func `what anyone sends decides nothing: neither his flag nor an id of his choice, until he is heeded`() throws
  {
    var random = SystemRandomNumberGenerator()
    for flag in ["00", "01"] {
      let caller = try #require(parse("00-00000000000000000000000000000001-00f067aa0ba902b7-\(flag)"))
      var children = (0..<4_000).map { _ in caller.child(using: &random, sampling: 0.25) }
      #expect((800..<1_200).contains(children.count(where: \.isSampled)))
      #expect(children.allSatisfy { $0.traceID == caller.traceID && $0.parentSpanID == "00f067aa0ba902b7" })
      for index in children.indices { children[index].heedCaller() }
      #expect(children.allSatisfy { $0.isSampled == (flag == "01") })
      #expect(children.allSatisfy { $0.description.hasSuffix("-\(flag)") })
    }
    var ours = TraceContext.random(using: &random, sampling: 1)
    ours.heedCaller()
    #expect(ours.isSampled && !ours.isContinued)
  }

  @Test func `a later version is read as far as it is known`() {
    #expect(parse("cc\(Self.valid.dropFirst(2))-what-comes-then") != nil)
  }

  @Test(arguments: [
    "", "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7",
    "00-00000000000000000000000000000000-00f067aa0ba902b7-01",
    "00-4bf92f3577b34da6a3ce929d0e0e4736-0000000000000000-01",
    "ff-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
    "00-4BF92F3577B34DA6A3CE929D0E0E4736-00f067aa0ba902b7-01",
    "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01-x",
  ])
  func `what is not valid is refused`(_ text: String) {
    #expect(parse(text) == nil)
  }

  @Test func `a new trace is valid`() {
    var random = SystemRandomNumberGenerator()
    let context = TraceContext.random(using: &random)
    #expect(parse(context.description) == context)
  }
}
