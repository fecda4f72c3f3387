import HTTP
import HTTPClient
import Loop
import Monitoring
import Observability
import Support
import Testing

@Suite(.serialized) struct `The ops listener` {
  @Test func `tells what every loop of the process has counted, summed up`() throws {
    try withOps { house in
      house.metrics.counter("things_total", help: "Things.").add(2)
      let count = "things_total{role=\"edge\"}"
      #expect(try await house.get("/metrics").text.contains("\(count) 2\n"))
      let other = WorkerThread.start(name: "other") { [process = house.process] in
        let loop = EventLoop.current
        let metrics = Metrics(of: .edge)
        metrics.counter("things_total", help: "Things.").add(3)
        process.add(metrics, of: loop)
        await loop.sleep(for: .seconds(1))
      }
      try await eventually("both loops are summed up", on: house.loop) {
        (try? await house.get("/metrics").text.contains("\(count) 5\n")) ?? false
      }
      // The loop that has ended does not hold the scrape up for ever.
      try await house.loop.offload { other.join() }
      #expect(try await house.get("/metrics").text.contains("\(count) "))
    }
  }

  @Test func `readiness names each check and how long it took, and is a 503 once one fails`() throws {
    try withOps { house in
      let ready = try await house.get("/readyz")
      #expect(
        ready.status == 200 && ready.text.hasPrefix(#"{"ok":true,"draining":false,"checks":[{"name":"edge/redis","#))
      #expect(ready.text.contains("\"milliseconds\":"))
      house.redisIsUp = false
      let away = try await house.get("/readyz")
      #expect(away.status == 503 && away.text.contains(#"{"name":"edge/redis","ok":false"#))
    }
  }

  @Test func `readiness is a 503 from the moment that the node drains`() throws {
    try withOps { house in
      house.readiness.drain()
      let answer = try await house.get("/readyz")
      #expect(answer.status == 503 && answer.text.hasPrefix(#"{"ok":false,"draining":true"#))
      #expect(await house.readiness.isReady() == false)
      #expect(try await house.get("/healthz").status == 200)
    }
  }

  @Test func `a dependency that goes and comes back is measured while nobody asks`() throws {
    try withOps(every: .milliseconds(5)) { house in
      let up = "dependency_up{role=\"edge\",dependency=\"redis\"}"
      #expect(house.text.contains("\(up) 1\n"))
      house.redisIsUp = false
      try await eventually("it is seen to be away", on: house.loop) { house.text.contains("\(up) 0\n") }
      house.redisIsUp = true
      try await eventually("it is seen to be back", on: house.loop) { house.text.contains("\(up) 1\n") }
    }
  }

  @Test func `it tells the build, and knows nothing else`() throws {
    try withOps { house in
      let version = try await house.get("/version")
      let other = try await house.get("/api/v1/titles")
      #expect(version.text == #"{"version":"0.1.0","runtime":"swift"}"# && other.status == 404)
    }
  }

  private func withOps(
    every interval: Duration = .seconds(5), _ body: @escaping (House) async throws -> Void
  ) throws {
    let loop = EventLoop()
    let _: Void = try loop.run {
      let house = try House(on: loop, every: interval)
      let outcome: Result<Void, any Error>
      do { outcome = .success(try await body(house)) } catch { outcome = .failure(error) }
      await house.stop()
      try outcome.get()
    }
    #expect(loop.handlesLeftOpen == 0)
  }
}

/// A node of which only its monitoring is there.
private final class House {
  let loop: EventLoop
  let metrics = Metrics(of: .edge)
  let process = ProcessMetrics()
  var redisIsUp = true
  private(set) var readiness: Readiness!
  private var ops: OpsServer!
  private let client: WebClient

  init(on loop: EventLoop, every interval: Duration) throws {
    self.loop = loop
    client = WebClient(loop: loop)
    readiness = Readiness(
      of: .edge, on: loop, metrics, every: interval,
      checks: [ReadinessCheck("redis") { [unowned self] in redisIsUp }])
    process.add(metrics, of: loop)
    ops = try OpsServer(
      on: [ListeningSocket(opening: .tcp(host: "127.0.0.1", port: 0))], loop: loop, process, [readiness])
  }

  var text: String { metrics.snapshot.prometheusText }

  func get(_ target: String) async throws -> (status: UInt16, text: String) {
    let authority = Authority(host: "127.0.0.1", port: ops.port)
    let answer = try await client.send(ClientRequest(.get, authority, target), deadline: .seconds(5))
    return (answer.status.code, String(decoding: try await answer.collect(limit: 1 << 20), as: UTF8.self))
  }

  func stop() async {
    readiness.drain()
    client.close()
    await ops.stop()
  }
}
