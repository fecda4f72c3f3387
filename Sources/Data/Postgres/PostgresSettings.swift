internal import CPQ
internal import Loop

/// Where the database is and how much one loop asks of it.
package struct PostgresSettings: Sendable {
  struct Parameter: Equatable, Sendable {
    var name: String
    var value: String
  }

  /// libpq's connection parameters, as the URL gave them.
  private(set) var parameters: [Parameter]

  /// Connections a loop whose reads are pipelined. A second one keeps a slow read from holding up the rest.
  package var readers = 2
  /// Connections a loop for writes and transactions, each used by one at a time.
  package var sessions = 4
  /// Statements and waiters a connection may hold. Beyond it: `.overloaded`.
  package var queueLimit = 1_024
  /// For the look-up of the name, all of its addresses and the greeting together.
  package var connectTimeout: Duration = .seconds(5)
  /// The server gives up first, then the client, for a network that lost the answer. Nil: no limit, for migrations.
  package var statementTimeout: Duration? = .seconds(5)

  /// A libpq URL, `postgresql://user@host:5432/name?sslmode=require`. SQLAlchemy's suffix (`postgresql+asyncpg://`)
  /// is dropped.
  package init(url: String) throws(InvalidDatabaseURL) { parameters = try Self.parse(url) }

  private static func parse(_ url: String) throws(InvalidDatabaseURL) -> [Parameter] {
    guard let colon = url.firstRange(of: "://") else { throw InvalidDatabaseURL(reason: "it has no scheme") }
    let scheme = url[..<colon.lowerBound].prefix { $0 != "+" }
    guard scheme == "postgresql" || scheme == "postgres" else {
      throw InvalidDatabaseURL(reason: "its scheme is not postgresql")
    }
    var complaint: UnsafeMutablePointer<CChar>?
    let options = unsafe PQconninfoParse("\(scheme)\(url[colon.lowerBound...])", &complaint)
    defer {
      unsafe PQconninfoFree(options)
      unsafe PQfreemem(complaint)
    }
    guard var option = unsafe options else {
      let reason = unsafe complaint.map { unsafe String(cString: $0) } ?? "out of memory"
      throw InvalidDatabaseURL(reason: reason.split(separator: "\n").joined(separator: " "))
    }
    var parameters: [Parameter] = []
    while let name = unsafe option.pointee.keyword {
      if let value = unsafe option.pointee.val {
        parameters.append(Parameter(name: unsafe String(cString: name), value: unsafe String(cString: value)))
      }
      unsafe option += 1
    }
    let ports = parameters.first { $0.name == "port" }?.value.split(separator: ",") ?? []
    guard ports.allSatisfy({ UInt16($0) != nil }) else { throw InvalidDatabaseURL(reason: "its port is no number") }
    return parameters
  }
}

/// A `DATABASE_URL` that names no database.
package struct InvalidDatabaseURL: Error, Equatable {
  package let reason: String
}

extension PostgresSettings {
  /// The parameters for each address of the host, with what every connection of ours needs.
  func routes(on loop: EventLoop) async throws(PostgresError) -> [[Parameter]] {
    guard let host = value("host"), value("hostaddr") == nil, !host.hasPrefix("/"), !host.hasPrefix("@"),
      !host.contains(",")
    else { return [completed] }
    let port = value("port").flatMap { UInt16($0) } ?? 5_432
    do {
      // The name stays: it is what TLS verifies.
      return try await loop.resolve(host: host, port: port, deadline: connectTimeout).map {
        completed + [Parameter(name: "hostaddr", value: $0.host)]
      }
    } catch {
      throw .unavailable(
        reason: error == .timedOut ? "no name server tells where \(host) is" : "\(host) has no address")
    }
  }

  private var completed: [Parameter] {
    var parameters = parameters
    parameters.removeAll { $0.name == "options" }
    let limit = statementTimeout.map { " -c statement_timeout=\($0.wholeMilliseconds)" } ?? ""
    let options = (value("options") ?? "") + " -c TimeZone=UTC -c DateStyle=ISO" + limit
    return parameters + [
      Parameter(name: "options", value: options),
      Parameter(name: "client_encoding", value: "UTF8"),
      Parameter(name: "fallback_application_name", value: "moviesnow"),
      // One negotiation less; TLS is what protects us.
      Parameter(name: "gssencmode", value: "disable"),
    ]
  }

  private func value(_ name: String) -> String? { parameters.first { $0.name == name }?.value }
}
