internal import HTTP
package import Routing

/// What load balancers and operators ask: is the process up, can it do its work, which build is it.
package struct OperationsRoutes {
  private let checks: [ReadinessCheck]
  private let build: Build

  package init(checks: [ReadinessCheck], build: Build) {
    self.checks = checks
    self.build = build
  }

  package var routes: [Route] {
    ["/healthz", "/api/v1/healthz"].map { path in
      Route(.get, path, "Tell that the process is up", Rules(.anyone, caching: .noStore)) { _ in Health(status: "ok") }
    }
      + ["/readyz", "/api/v1/readyz"].map { path in
        Route(.get, path, "Tell whether all that requests need is there", Rules(.anyone, caching: .noStore)) { call in
          await readiness(call)
        }
      } + [
        Route(.get, "/api/v1/version", "Tell the build", Rules(.anyone, caching: .noStore)) { _ in build }
      ]
  }

  /// Which dependency is away is for the operator's eyes: this answer is public.
  private func readiness(_ call: Call) async -> Readiness {
    var isReady = true
    for check in checks where isReady { isReady = await check.isReady() }
    if !isReady { call.reply.status = .serviceUnavailable }
    return Readiness(ok: isReady, ready: isReady)
  }
}

/// One dependency without which requests fail.
package struct ReadinessCheck {
  let name: String
  let isReady: () async -> Bool

  package init(_ name: String, isReady: @escaping () async -> Bool) {
    self.name = name
    self.isReady = isReady
  }
}

package struct Build: Codable, Sendable {
  let version: String
  let runtime: String

  package init(version: String) {
    self.version = version
    runtime = "swift"
  }
}

private struct Health: Codable { let status: String }

private struct Readiness: Codable {
  let ok: Bool
  /// The older root route's name for the same.
  let ready: Bool
}
