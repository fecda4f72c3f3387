internal import Loop
internal import Observability

/// What a client's commands take, by their first word, and how they fail. Allocates only when a word is new.
final class RedisMeter {
  private struct Operation {
    let word: String
    let wire: [UInt8]
    let answered: Histogram
    /// Nil until Redis refuses one.
    var refused: Histogram?
  }

  private let reconnects: Counter
  private let metrics: Metrics
  private let server: [MetricLabel]
  private let failures: [Counter]
  private var operations: [Operation] = []

  init(_ metrics: Metrics, of endpoint: Endpoint) {
    self.metrics = metrics
    let port = endpoint.port.map { [MetricLabel("server_port", "\($0)")] } ?? []
    let server = [MetricLabel("server_address", endpoint.address)] + port
    self.server = server
    reconnects = metrics.counter(
      "redis_reconnects_total", help: "Connections to Redis that were made again after a loss.", labels: server)
    failures = RedisError.kinds.map { kind in
      metrics.counter(
        "redis_failures_total", help: "Commands to Redis that were lost, late or refused.",
        labels: server + [MetricLabel("error_type", kind)])
    }
  }

  /// Which one it is, for `note`.
  func operation(of command: RedisCommand) -> Int {
    for index in operations.indices where command.begins(with: operations[index].wire) { return index }
    let word = command.firstWord
    operations.append(
      Operation(word: word, wire: RedisCommand(word).words, answered: durations(word)))
    return operations.count - 1
  }

  /// - Parameter duration: from its write to its reply.
  func note(_ operation: Int, isRefused: Bool, _ duration: Duration) {
    guard isRefused else { return operations[operation].answered.record(duration) }
    let word = operations[operation].word
    let refused = operations[operation].refused ?? durations(word, [MetricLabel("error_type", "refused")])
    operations[operation].refused = refused
    refused.record(duration)
  }

  /// A connection is there again.
  func noteReturn() { reconnects.add() }

  func note(_ error: RedisError) { failures[error.kind].add() }

  /// By the names of OpenTelemetry's semantic conventions for databases.
  private func durations(_ word: String, _ error: [MetricLabel] = []) -> Histogram {
    metrics.histogram(
      "db_client_operation_duration_seconds", help: "From a command's write to its reply.",
      labels: [MetricLabel("db_system_name", "redis"), MetricLabel("db_operation_name", word)] + server + error)
  }
}

extension RedisError {
  fileprivate static let kinds = ["unavailable", "overloaded", "timeout", "connection_lost", "refused"]

  /// Its place among `kinds`.
  fileprivate var kind: Int {
    switch self {
    case .unavailable: 0
    case .overloaded: 1
    case .timedOut: 2
    case .connectionLost: 3
    case .refused: 4
    }
  }
}
