/// Where a client stands within a limit, as an answer tells it. Source: draft-ietf-httpapi-ratelimit-headers-10.
package struct RateLimitStanding {
  /// The limit's name among those of a service.
  private let name: StaticString
  /// Requests a window.
  private let quota: Int
  private let windowSeconds: Int
  private let used: Int
  /// Until the whole quota is there again.
  private let resetSeconds: Int

  package init(_ name: StaticString, quota: Int, windowSeconds: Int, used: Int, resetSeconds: Int) {
    self.name = name
    self.quota = quota
    self.windowSeconds = windowSeconds
    self.used = used
    self.resetSeconds = resetSeconds
  }

  package var isWithin: Bool { used <= quota }

  package func note(on fields: inout Fields) {
    fields.set(.rateLimitPolicy, "\"\(name)\";q=\(quota);w=\(windowSeconds)")
    fields.set(.rateLimit, "\"\(name)\";r=\(max(0, quota - used));t=\(resetSeconds)")
  }

  /// The answer to a client that has used it up.
  package func refusal(_ detail: String? = nil) -> Problem {
    let detail = detail ?? "Rate limit exceeded: \(quota) per \(windowSeconds) s"
    var problem = Problem(.tooManyRequests, detail).with(.retryAfter, "\(resetSeconds)")
    problem.type = "https://iana.org/assignments/http-problem-types#quota-exceeded"
    note(on: &problem.fields)
    return problem
  }
}
