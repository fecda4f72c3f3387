internal import Glibc
internal import HTTP
internal import JSON
internal import Loop
internal import PolicyHost
internal import Publication

/// Issues several URLs, each as it would be issued alone, some at a time: one that is refused leaves the others.
struct BatchIssuance {
  let issuance: Issuance
  let loop: EventLoop
  /// `BATCH_DOWNLOAD_MAX_ITEMS`.
  let mostItems: Int

  /// In bytes: room for each item's longest key and file's name, escaped, and for a list that is told to be too long.
  var contentLimit: Int { 16 * 1024 + mostItems * 4_096 }

  /// Questions that one batch may have open at the store.
  private static let lanes = 8

  /// What came of one item.
  private enum Outcome {
    case granted(Issuance.Grant)
    case refused(String)
    case exhausted(RateLimitStanding)
    /// The same key stands further up.
    case ignored

    var standing: RateLimitStanding? {
      switch self {
      case .granted(let grant): grant.standing
      case .exhausted(let standing): standing
      case .refused, .ignored: nil
      }
    }
  }

  /// The answer's JSON, and where the client then stands within each quota that was asked for.
  func issue(
    _ wanted: BatchRequest, for request: Request, now: Int64
  ) async -> (json: [UInt8], standings: [RateLimitStanding]) {
    var seen: Set<StorageKey> = []
    let isFirst = wanted.items.map { item in item.key.map { seen.insert($0).inserted } ?? true }
    // What is away for one is away for those behind it: nobody waits for each.
    var isAway = false
    let outcomes = await loop.results(wanted.items.count, lanes: Self.lanes) { index -> Outcome in
      guard isFirst[index] else { return .ignored }
      guard !isAway else { return .refused(Self.unavailable) }
      let outcome = await outcome(of: wanted.items[index], wanted.lifetime, request, now)
      if case .refused(Self.unavailable) = outcome { isAway = true }
      return outcome
    }
    return (document(wanted.items, outcomes), standings(wanted.items, outcomes))
  }

  private func outcome(
    of item: BatchRequest.Item, _ lifetime: Int64, _ request: Request, _ now: Int64
  ) async -> Outcome {
    guard let key = item.key else { return .refused("invalid_key") }
    let token = item.token.flatMap { DownloadToken($0) }
    guard token != nil || item.token == nil else { return .refused("invalid_token") }
    let wanted = IssuanceRequest(key: key, lifetime: lifetime, fileName: item.fileName, token: token)
    do throws(Problem) {
      return .granted(try await issuance.issue(wanted, for: request, purpose: .download, now: now))
    } catch {
      guard error.status != .tooManyRequests else {
        return .exhausted(issuance.exhausted(key.keyspace, for: request, now: now))
      }
      return .refused(Self.name(of: error.status))
    }
  }

  private static func name(of status: Status) -> String {
    switch status {
    case .badRequest: "invalid_request"
    case .unauthorized, .forbidden: "forbidden"
    case .notFound: "not_found"
    default: unavailable
    }
  }

  private static let unavailable = "unavailable"

  /// Several were counted at once: the least that was left of each is the last word.
  private func standings(_ items: [BatchRequest.Item], _ outcomes: [Outcome]) -> [RateLimitStanding] {
    StorageKey.Keyspace.allCases.compactMap { keyspace in
      zip(items, outcomes).compactMap { $0.key?.keyspace == keyspace ? $1.standing : nil }.min { $0.left < $1.left }
    }
  }

  private func document(_ items: [BatchRequest.Item], _ outcomes: [Outcome]) -> [UInt8] {
    var writer = JSONWriter()
    writer.object { answer in
      answer.name("results")
      answer.array { results in
        for (index, (item, outcome)) in zip(items, outcomes).enumerated() {
          results.object { result in
            result.field("index", index)
            result.field("storage_key", item.text)
            switch outcome {
            case .granted(let grant): grant.write(to: &result)
            case .refused(let name): result.field("error", name)
            case .exhausted: result.field("error", "quota_exceeded")
            case .ignored: result.field("ignored", true)
            }
          }
        }
      }
    }
    return writer.bytes
  }
}
