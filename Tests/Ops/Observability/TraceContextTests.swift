import Observability
import Testing

@Suite struct `Trace contexts` {
  private let valid = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"

  @Test func `the standard's example is read and written unchanged`() throws {
    let context = try #require(TraceContext(valid))
    #expect(context.traceID == "4bf92f3577b34da6a3ce929d0e0e4736" && context.isSampled)
    #expect(context.traceparent == valid)
  }

  @Test func `a child keeps the trace and has a span of its own`() throws {
    let context = try #require(TraceContext(valid))
    #expect(context.child.traceID == context.traceID)
    #expect(context.child.parentID != context.parentID)
    #expect(TraceContext(context.child.traceparent) != nil)
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
    #expect(TraceContext(text) == nil)
  }

  @Test func `a new trace is valid`() {
    #expect(TraceContext(TraceContext().traceparent) != nil)
  }
}
