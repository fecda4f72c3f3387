internal import Logging
package import Loop
package import Observability

/// One dependency without which requests fail.
package struct ReadinessCheck {
  let name: String
  /// Answers within a deadline of its own.
  let isReady: () async -> Bool

  package init(_ name: String, isReady: @escaping () async -> Bool) {
    self.name = name
    self.isReady = isReady
  }
}

/// Whether a node can do its work. It looks by itself every few seconds, so that a dependency that goes or comes back
/// is in the log and in the metrics also while nobody asks.
package final class Readiness {
  /// What one check found.
  struct Finding {
    /// `edge/redis`: two nodes may share a process.
    let name: String
    let isReady: Bool
    let duration: Duration
  }

  /// The node ends: ask another one. Set before anything else is stopped.
  package private(set) var isDraining = false
  private let role: NodeRole
  private let loop: EventLoop
  private let checks: [ReadinessCheck]
  private let levels: [Gauge]
  private let log: Logger
  private var watch: Timer?
  private var isLooking = false

  /// - interval: how often it looks by itself.
  package init(
    of role: NodeRole, on loop: EventLoop, _ metrics: Metrics, every interval: Duration = .seconds(5),
    checks: [ReadinessCheck]
  ) {
    self.role = role
    self.loop = loop
    self.checks = checks
    log = Logger(label: "\(role.rawValue).dependencies")
    levels = checks.map { check in
      let level = metrics.gauge(
        "dependency_up", help: "1 while a dependency answers every loop.",
        labels: [MetricLabel("dependency", check.name)], together: .least)
      level.value = 1
      return level
    }
    watch = loop.timer(after: .zero, repeating: interval) { [unowned self] in look() }
  }

  func findings() async -> [Finding] {
    var findings: [Finding] = []
    for check in checks {
      let start = loop.exactNow
      let isReady = await check.isReady()
      findings.append(
        Finding(name: "\(role.rawValue)/\(check.name)", isReady: isReady, duration: loop.exactNow - start))
    }
    return findings
  }

  package func isReady() async -> Bool {
    guard !isDraining else { return false }
    for check in checks { if await !check.isReady() { return false } }
    return true
  }

  package func drain() {
    isDraining = true
    watch?.cancel()
    watch = nil
  }

  private func look() {
    // A check that hangs is not asked again on top.
    guard !isLooking else { return }
    isLooking = true
    loop.start {
      let findings = await self.findings()
      self.isLooking = false
      if !self.isDraining { self.note(findings) }
    }
  }

  private func note(_ findings: [Finding]) {
    for (finding, level) in zip(findings, levels) where finding.isReady != (level.value == 1) {
      level.value = finding.isReady ? 1 : 0
      if finding.isReady {
        log.notice("a dependency is back", metadata: ["dependency": "\(finding.name)"])
      } else {
        log.error("a dependency is away", metadata: ["dependency": "\(finding.name)"])
      }
    }
  }
}
