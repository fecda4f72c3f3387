/// Where a client stands within a limit, as an answer tells it. Source: draft-ietf-httpapi-ratelimit-headers-10.
package struct RateLimitStanding: Sendable {
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

  /// Requests until the window ends.
  package var left: Int { max(0, quota - used) }

  /// Both are lists: an answer may tell of several limits, one after the other.
  package func note(on fields: inout Fields) {
    // Numbers are given more room than they take.
    fields.reserve(4)
    append(.rateLimitPolicy, ";q=", quota, ";w=", windowSeconds, to: &fields)
    append(.rateLimit, ";r=", left, ";t=", resetSeconds, to: &fields)
  }

  private func append(
    _ field: FieldName, _ first: StaticString, _ one: Int, _ second: StaticString, _ other: Int, to fields: inout Fields
  ) {
    // Two quotes, two numbers, and what stands before each.
    fields.append(field, size: name.utf8CodeUnitCount + 48) { value in
      value.append(UInt8(ascii: "\""))
      value.append(name)
      value.append(UInt8(ascii: "\""))
      value.append(first)
      value.append(decimal: one)
      value.append(second)
      value.append(decimal: other)
    }
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
