internal import HTTP
package import Monitoring
package import Observability
package import Routing

/// What load balancers and operators ask: is the process up, can it do its work, which build is it, what has it done.
package struct OperationsRoutes {
  private let readiness: Readiness
  private let metrics: Metrics

  package init(_ readiness: Readiness, _ metrics: Metrics) {
    self.readiness = readiness
    self.metrics = metrics
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
        Route(.get, "/api/v1/version", "Tell the build", Rules(.anyone, caching: .noStore)) { _ in Build.current },
        Route(.get, "/api/v1/metrics", "Show this loop's measurements", .adminRead(limit: .perMinute(60))) { _ in
          Response(.ok, contentType: Metrics.contentType, Array(metrics.snapshot.prometheusText.utf8))
        },
      ]
  }

  /// Which dependency is away is for the operator's eyes, on the ops listener: this answer is public.
  private func readiness(_ call: Call) async -> PublicReadiness {
    let isReady = await readiness.isReady()
    if !isReady { call.reply.status = .serviceUnavailable }
    return PublicReadiness(ok: isReady, ready: isReady)
  }
}

private struct Health: Codable { let status: String }

private struct PublicReadiness: Codable {
  let ok: Bool
  /// The older root route's name for the same.
  let ready: Bool
}
