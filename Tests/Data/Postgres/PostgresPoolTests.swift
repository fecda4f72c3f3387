import Loop
import Support
import Testing

@testable import Postgres

@Suite struct `The Postgres pool` {
  /// Runs `body` with a pool on a fresh database, and expects that no handle is left open.
  private func withPool(
    _ adjust: (inout PostgresSettings) -> Void = { _ in },
    _ body: @escaping (PostgresPool, EventLoop) async throws -> Void
  ) throws {
    var settings = try PostgresSettings(url: PostgresServer.shared.makeDatabase())
    adjust(&settings)
    let loop = EventLoop()
    let _: Void = try loop.run { [settings] in
      let pool = PostgresPool(on: loop, settings)
      defer { pool.close() }
      try await body(pool, loop)
    }
    #expect(loop.handlesLeftOpen == 0)
    #expect(loop.jobsFromOtherThreads == 0)
  }

  @Test func `values travel there and back`() throws {
    try withPool { pool, _ in
      let moment = Timestamp(microseconds: 1_795_432_509_123_456)
      let nothing: Int? = nil
      let row = try await pool.query(
        """
        SELECT \("naïve ☂")::text AS text, \(-7)::bigint AS number, \(true)::boolean AS flag, \(1.5)::float8 AS real,
          \(moment)::timestamptz AS moment, \(["a,b", "\"c\""])::text[] AS list, \(nothing)::int AS nothing,
          \(Bytes([0, 255]))::bytea AS bytes, \(JSONText(#"{"a": 1}"#))::jsonb AS document
        """)[0]
      #expect(try row.get("text") == "naïve ☂")
      #expect(try row.get("number") == -7)
      #expect(try row.get("flag") == true)
      #expect(try row.get("real") == 1.5)
      #expect(try row.get("moment") == moment)
      #expect(try row.get("list") == ["a,b", "\"c\""])
      #expect(try row.get("nothing", as: Int?.self) == nil)
      #expect(try row.get("bytes") == Bytes([0, 255]))
      #expect(try row.get("document", as: JSONText.self).text == #"{"a": 1}"#)
    }
  }

  @Test func `a column that is absent, NULL or of another kind is an error`() throws {
    try withPool { pool, _ in
      let row = try await pool.query("SELECT 'x' AS text, NULL AS nothing")[0]
      #expect(throws: PostgresError.undecodable(column: "no", expected: "a column")) { try row.get("no", as: Int.self) }
      #expect(throws: PostgresError.undecodable(column: "text", expected: "Int")) { try row.get("text", as: Int.self) }
      #expect(throws: PostgresError.undecodable(column: "nothing", expected: "String")) {
        try row.get("nothing", as: String.self)
      }
    }
  }

  @Test func `one failing read of a batch takes no other with it`() throws {
    try withPool { pool, loop in
      let answers = await concurrently(100, on: loop) { index in
        do {
          return try await pool.query("SELECT 10 / (\(index)::int - 50) AS quotient").first?.get(
            "quotient", as: Int.self)
        } catch { return nil }
      }
      #expect(answers.count == 100)
      #expect(answers.enumerated().filter { $0.element == nil }.map(\.offset) == [50])
      #expect(answers[51] == 10)
    }
  }

  @Test func `a broken rule names its constraint`() throws {
    try withPool { pool, _ in
      try await pool.execute("CREATE TABLE users (email text CONSTRAINT users_email UNIQUE)")
      let inserted = try await pool.execute("INSERT INTO users VALUES (\("a@b"))")
      #expect(inserted == 1)
      let error = await #expect(throws: PostgresError.self) {
        try await pool.execute("INSERT INTO users VALUES ('a@b')")
      }
      #expect(error?.violates("users_email") == true)
      #expect(error?.fault == .caller)
    }
  }

  @Test func `a transaction takes effect as a whole or not at all`() throws {
    struct Refused: Error {}
    try withPool { pool, _ in
      try await pool.execute("CREATE TABLE facts (id int PRIMARY KEY)")
      try await pool.transaction { try await $0.execute("INSERT INTO facts VALUES (1)") }
      await #expect(throws: Refused.self) {
        try await pool.transaction {
          try await $0.execute("INSERT INTO facts VALUES (2)")
          throw Refused()
        }
      }
      await #expect(throws: TransactionRolledBack.self) {
        try await pool.transaction {
          try await $0.execute("INSERT INTO facts VALUES (3)")
          _ = try? await $0.execute("INSERT INTO facts VALUES (1)")
        }
      }
      let ids = try await pool.query("SELECT id FROM facts")
      #expect(try ids.map { try $0.get("id", as: Int.self) } == [1])
    }
  }

  @Test func `more transactions than connections wait their turn`() throws {
    try withPool({ $0.sessions = 2 }) { pool, loop in
      try await pool.execute("CREATE TABLE counters (n int)")
      try await pool.execute("INSERT INTO counters VALUES (0)")
      _ = await concurrently(20, on: loop) { _ in
        try? await pool.transaction { try await $0.execute("UPDATE counters SET n = n + 1") }
      }
      let counter = try await pool.query("SELECT n FROM counters")[0]
      #expect(try counter.get("n") == 20)
    }
  }

  @Test func `a place that falls free goes to one`() throws {
    try withPool({ $0.sessions = 1 }) { pool, loop in
      let pids = await concurrently(20, on: loop) { index in
        try? await pool.transaction { transaction in
          let own = try await transaction.query("SELECT pg_backend_pid() AS pid")[0].get("pid", as: Int.self)
          let count = try await transaction.query(
            "SELECT count(*) AS count FROM pg_stat_activity WHERE datname = current_database() AND pid <> \(own)::int")
          // A transaction whose connection breaks gives its place to whoever waits.
          if index.isMultiple(of: 2) { _ = try? await transaction.query("SELECT pg_terminate_backend(\(own)::int)") }
          return try count[0].get("count", as: Int.self)
        }
      }
      #expect(pids.compactMap { $0 }.max() == 0)
    }
  }

  @Test func `a read outlives the end of its connection`() throws {
    try withPool { pool, _ in
      try await pool.ping()
      let killed = try await pool.transaction {
        try await $0.query(
          """
          SELECT pg_terminate_backend(pid) FROM pg_stat_activity
          WHERE datname = current_database() AND pid <> pg_backend_pid()
          """)
      }
      #expect(killed.count >= 1)
      let row = try await pool.query("SELECT 1 AS one")[0]
      #expect(try row.get("one") == 1)
    }
  }

  @Test func `a statement that takes too long is cancelled by the server`() throws {
    try withPool({ $0.statementTimeout = .milliseconds(50) }) { pool, _ in
      let error = await #expect(throws: PostgresError.self) { _ = try await pool.query("SELECT pg_sleep(5)") }
      guard case .server(let fault) = error else {
        Issue.record("\(String(describing: error))")
        return
      }
      #expect(fault.sqlState == "57014")
      try await pool.ping()
    }
  }

  @Test func `a full queue refuses at once`() throws {
    try withPool({ ($0.readers, $0.queueLimit) = (1, 8) }) { pool, loop in
      let errors = await concurrently(20, on: loop) { _ -> PostgresError? in
        do throws(PostgresError) { try await pool.ping() } catch { return error }
        return nil
      }
      #expect(errors.filter { $0 == .overloaded }.count == 12)
      #expect(errors.filter { $0 == nil }.count == 8)
    }
  }

  @Test func `text with a NUL is refused, not cut`() throws {
    try withPool { pool, _ in
      await #expect(throws: PostgresError.unencodable) { _ = try await pool.query("SELECT \("a\0b")::text") }
    }
  }
}

@Suite struct `A database that is away` {
  @Test func `is unavailable, and so at once until the next attempt is due`() throws {
    let settings = try PostgresSettings(url: "postgresql:///x?host=/nowhere")
    let loop = EventLoop()
    let _: Void = try loop.run {
      let pool = PostgresPool(on: loop, settings)
      for _ in 0..<3 {
        let error = await #expect(throws: PostgresError.self) { try await pool.ping() }
        guard case .unavailable(let reason) = error else {
          Issue.record("\(String(describing: error))")
          return
        }
        #expect(reason.contains("/nowhere"))
        #expect(error?.fault == .network)
      }
      pool.close()
    }
    #expect(loop.handlesLeftOpen == 0)
  }

  @Test func `comes and goes: each time all of its connections are there again`() throws {
    let loop = EventLoop()
    let _: Void = try loop.run {
      let server = try await PostgresServer.alone(on: loop)
      let url = try await loop.offload { server.makeDatabase() }
      let pool = PostgresPool(on: loop, try PostgresSettings(url: url))
      defer { pool.close() }
      for _ in 0..<3 {
        let stop = loop.now + .seconds(1)
        loop.start { try? await server.stop(on: loop) }
        // Twice as many at once as there are sessions, and that all along: some are cut in each of their steps.
        while loop.now < stop {
          _ = await Self.nap(pool, on: loop)
          await loop.sleep(for: .milliseconds(1))
        }
        try await server.start(on: loop)
        try await eventually("all can sleep at once", on: loop) { await Self.nap(pool, on: loop) == 8 }
      }
    }
    #expect(loop.handlesLeftOpen == 0)
  }

  /// How many of eight transactions at once came to their end.
  private static func nap(_ pool: PostgresPool, on loop: EventLoop) async -> Int {
    await concurrently(8, on: loop) { _ in
      do { return try await pool.transaction { try await $0.query("SELECT pg_sleep(0.01)").count } } catch { return 0 }
    }.reduce(0, +)
  }

  @Test func `hangs after an answer: what is asked then still has its deadline`() throws {
    let url = PostgresServer.shared.makeDatabase()
    let loop = EventLoop()
    let _: Void = try loop.run {
      let relay = try Relay(to: .unix(path: "\(PostgresServer.shared.socket)"), on: loop)
      defer { relay.close() }
      var settings = try PostgresSettings(url: "\(url)&host=127.0.0.1&port=\(relay.port)")
      (settings.readers, settings.statementTimeout) = (1, .milliseconds(100))
      let pool = PostgresPool(on: loop, settings)
      defer { pool.close() }
      try await pool.ping()
      // The six bytes of ReadyForQuery: the answer is whole, its sync is not.
      relay.hangsWithin = 6
      try await pool.ping()
      var failure: PostgresError?
      loop.start { do throws(PostgresError) { try await pool.ping() } catch { failure = error } }
      try await eventually("the deadline has passed", on: loop) { failure != nil }
      #expect(failure == .timedOut(sent: true))
    }
  }

  @Test func `at an address that drops what is sent to it is reached at its next one`() throws {
    let url = PostgresServer.shared.makeDatabase()
    let hole = BlackHole()
    defer { hole.close() }
    let loop = EventLoop()
    let _: Void = try loop.run {
      let relay = try Relay(to: .unix(path: PostgresServer.shared.socket), on: loop)
      defer { relay.close() }
      let settings = try PostgresSettings(url: url)
      var routes: [[PostgresSettings.Parameter]] = []
      for port in [hole.port, relay.port] {
        routes += try await PostgresSettings(url: "\(url)&host=127.0.0.1&port=\(port)").routes(on: loop)
      }
      let start = loop.now
      let connection = try await PostgresConnection.open(routes, settings, on: loop, until: start + .seconds(30))
      #expect(loop.now - start < .seconds(10))
      connection.close()
    }
  }

  @Test(arguments: ["localhost/db", "mysql://localhost/db", "postgresql://localhost:port/db", "postgresql://h/db?no=1"])
  func `an address that names no database is refused`(url: String) {
    #expect(throws: InvalidDatabaseURL.self) { try PostgresSettings(url: url) }
  }

  @Test func `the scheme's suffix is dropped`() throws {
    let settings = try PostgresSettings(url: "postgresql+asyncpg://app:secret@db:5433/movies")
    let names = ["user", "password", "host", "port", "dbname"]
    let values = names.map { name in settings.parameters.first { $0.name == name }?.value }
    #expect(values == ["app", "secret", "db", "5433", "movies"])
  }
}
