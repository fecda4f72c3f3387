internal import Observability

/// What became of the requests that a cache could answer.
struct CacheMeter {
  /// Given fresh.
  let hits: Counter
  /// Given stale, while a newer one was fetched or because the origin had just failed.
  let staleHits: Counter
  /// The origin was asked.
  let misses: Counter
  /// Given the answer that another request had asked for.
  let collapsed: Counter
  /// Of the questions to the origin, those whose answer was one caller's own.
  let uncacheable: Counter
  /// Of the questions to the origin, those without an answer.
  let failures: Counter

  init(_ metrics: Metrics) {
    func requests(_ result: String) -> Counter {
      metrics.counter(
        "edge_cache_requests_total", help: "Requests that a kept answer could serve.",
        labels: [MetricLabel("result", result)])
    }
    hits = requests("hit")
    staleHits = requests("stale")
    misses = requests("miss")
    collapsed = requests("collapsed")
    func answers(_ result: String) -> Counter {
      metrics.counter(
        "edge_cache_unkept_total", help: "Questions to the origin that brought nothing to keep.",
        labels: [MetricLabel("reason", result)])
    }
    uncacheable = answers("uncacheable")
    failures = answers("failed")
  }
}
