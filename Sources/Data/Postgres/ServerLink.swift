internal import CPQ

/// The door to libpq: one connection, never blocking. Freed with this object.
@safe final class ServerLink {
  enum Progress { case needsRead, needsWrite, ready, failed }
  enum Flush { case done, blocked, broken }
  enum Event { case answer(Answer), failure(ServerFault), aborted, synced, end }

  private let connection: OpaquePointer

  /// Begins to connect; `advance` carries on. Names must be resolved before: libpq would block.
  init(_ parameters: [PostgresSettings.Parameter]) throws(PostgresError) {
    let names = parameters.map { Optional($0.name) } + [nil]
    let values = parameters.map { Optional($0.value) } + [nil]
    let started = unsafe withCStrings(names) { names in
      unsafe withCStrings(values) { values in unsafe PQconnectStartParams(names, values, 0) }
    }
    guard let started = unsafe started else { throw .unavailable(reason: "out of memory") }
    unsafe connection = started
    // By default libpq writes notices to standard error.
    unsafe PQsetNoticeProcessor(connection, { _, _ in }, nil)
  }

  deinit { unsafe PQfinish(connection) }

  // MARK: Connecting

  /// May change while connecting, when a further address is tried.
  var socket: Int32 { unsafe PQsocket(connection) }

  func advance() -> Progress {
    switch unsafe PQconnectPoll(connection) {
    case PGRES_POLLING_READING: .needsRead
    case PGRES_POLLING_WRITING: .needsWrite
    case PGRES_POLLING_OK: .ready
    default: .failed
    }
  }

  /// libpq's last complaint, on one line.
  var complaint: String {
    let text = unsafe PQerrorMessage(connection).map { unsafe String(cString: $0) } ?? ""
    return text.split(separator: "\n").joined(separator: " ")
  }

  var isBroken: Bool { unsafe PQstatus(connection) == CONNECTION_BAD }

  /// No transaction is open.
  var isOutsideTransaction: Bool { unsafe PQtransactionStatus(connection) == PQTRANS_IDLE }

  // MARK: Sending; each answers whether libpq took it

  func enterPipeline() -> Bool {
    unsafe PQsetnonblocking(connection, 1) == 0 && PQenterPipelineMode(connection) == 1
  }

  /// Several statements in one text, in one implicit transaction, outside of pipeline mode.
  func sendScript(_ text: String) -> Bool {
    unsafe PQexitPipelineMode(connection) == 1 && PQsendQuery(connection, text) == 1
  }

  func sendPrepare(_ name: String, _ text: String) -> Bool {
    unsafe PQsendPrepare(connection, name, text, 0, nil) == 1
  }

  func sendPrepared(_ name: String, _ binds: [String?]) -> Bool {
    unsafe withCStrings(binds) { values in
      unsafe PQsendQueryPrepared(connection, name, Int32(binds.count), values, nil, nil, 0) == 1
    }
  }

  func sendUnnamed(_ text: String, _ binds: [String?]) -> Bool {
    unsafe withCStrings(binds) { values in
      unsafe PQsendQueryParams(connection, text, Int32(binds.count), nil, values, nil, nil, 0) == 1
    }
  }

  func sendSync() -> Bool { unsafe PQpipelineSync(connection) == 1 }

  func flush() -> Flush {
    switch unsafe PQflush(connection) {
    case 0: .done
    case 1: .blocked
    default: .broken
    }
  }

  // MARK: Receiving

  /// Reads what the socket has. False: the connection is broken.
  func consume() -> Bool { unsafe PQconsumeInput(connection) == 1 }

  /// The next event, nil when the server has to send more first.
  func next() -> Event? {
    guard unsafe PQisBusy(connection) == 0 else { return nil }
    guard let result = unsafe PQgetResult(connection) else { return .end }
    let status = unsafe PQresultStatus(result)
    let answer = unsafe Answer(owning: result)
    switch status {
    case PGRES_TUPLES_OK, PGRES_COMMAND_OK, PGRES_EMPTY_QUERY: return .answer(answer)
    case PGRES_PIPELINE_ABORTED: return .aborted
    case PGRES_PIPELINE_SYNC: return .synced
    default: return .failure(unsafe ServerFault(result))
    }
  }
}

extension ServerFault {
  fileprivate init(_ result: OpaquePointer) {
    func field(_ code: Unicode.Scalar) -> String? {
      unsafe PQresultErrorField(result, Int32(code.value)).map { unsafe String(cString: $0) }
    }
    self.init(
      sqlState: field("C") ?? "08006", message: field("M") ?? "the connection broke", constraint: field("n"))
  }
}

/// C's array of strings, over one buffer that lives until `body` returns.
private func withCStrings<R>(_ texts: [String?], _ body: (UnsafePointer<UnsafePointer<CChar>?>) -> R) -> R {
  var bytes: [CChar] = []
  let starts: [Int?] = texts.map { text in
    guard let text else { return nil }
    defer {
      bytes += text.utf8.lazy.map { CChar(bitPattern: $0) }
      bytes.append(0)
    }
    return bytes.count
  }
  return unsafe bytes.withUnsafeBufferPointer { buffer in
    let pointers = unsafe starts.map { start in unsafe start.map { unsafe buffer.baseAddress! + $0 } }
    return unsafe pointers.withUnsafeBufferPointer { pointers in
      var none: UnsafePointer<CChar>?
      return unsafe pointers.isEmpty ? withUnsafePointer(to: &none, body) : body(pointers.baseAddress!)
    }
  }
}
