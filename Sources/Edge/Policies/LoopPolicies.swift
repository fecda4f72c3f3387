package import HTTP
package import PolicyHost
package import Publication

/// One loop's policies, and the question that they are asked, filled anew each time.
package final class LoopPolicies {
  private let current: CurrentPolicies
  private let question = PolicyRequest()
  /// What the set, and its shadow with it, read of a request, as names of fields: made once an epoch.
  private var names: (epoch: Int, own: FieldNames, all: [FieldName]) = (0, [], [])

  package init(_ current: CurrentPolicies) { self.current = current }

  /// The fields by which proxies tell something of a client, such as its country.
  package var clientFields: FieldNames {
    nameFields()
    return names.own
  }

  /// Where a request's client is: as a trusted proxy says, or by its address. Nil: unknown.
  package func country(of request: Request) -> CountryCode? {
    ask(about: request)
    return current.set.country(for: question)
  }

  /// Whose answer it is given, where answers differ by country.
  package func audience(of request: Request) -> CountryCode? {
    ask(about: request)
    return current.set.audience(for: question)
  }

  private func ask(about request: Request) {
    question.begin(key: "", purpose: .download, now: 0, lifetime: 1)
    describeClient(of: request)
  }

  /// - Parameter title: of the title that the key belongs to, with its windows where it is known.
  /// - Parameter now: Unix seconds.
  package func decide(
    on key: StorageKey, _ purpose: PolicyRequest.Purpose, lifetime: Int64, title: (id: String, windows: PolicyWindows)?,
    for request: Request, now: Int64
  ) -> PolicyDecision {
    question.begin(key: key.text, purpose: purpose, now: now, lifetime: lifetime)
    if let title { question.setTitle(title.id, windows: title.windows) }
    describeClient(of: request)
    return current.decide(question)
  }

  /// Fields count only when a trusted proxy has sent them.
  private func describeClient(of request: Request) {
    request.client.address.withNetworkOrder { question.setAddress($0) }
    guard request.client.isVouchedFor else { return }
    nameFields()
    for name in names.all {
      if let value = request.fields.first(name) { question.addHeader(name.description, value) }
    }
  }

  private func nameFields() {
    let set = current.set
    guard names.epoch != set.epoch else { return }
    names = (
      set.epoch, FieldNames(set.headers.compactMap { FieldName(token: $0) }),
      current.headers.compactMap { FieldName(token: $0) }
    )
  }
}
