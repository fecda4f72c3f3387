import Testing

@testable import Postgres

@Suite struct `Statements` {
  @Test func `a value becomes a numbered bind and never syntax`() {
    let name = "'; DROP TABLE titles; --"
    let sql: SQL = "SELECT id FROM titles WHERE name = \(name) AND year > \(1999)"
    #expect(sql.text == "SELECT id FROM titles WHERE name = $1 AND year > $2")
    #expect(sql.binds == [name, "1999"])
  }

  @Test func `parts are renumbered where they are put`() {
    let conditions: [SQL] = ["year >= \(1920)", "published", "genre = \("noir")"]
    let sql: SQL = "SELECT \(7) FROM titles WHERE \(SQL(joining: conditions, by: " AND ")) LIMIT \(24)"
    #expect(sql.text == "SELECT $1 FROM titles WHERE year >= $2 AND published AND genre = $3 LIMIT $4")
    #expect(sql.binds == ["7", "1920", "noir", "24"])
  }

  @Test func `an absent value binds NULL`() {
    let nothing: String? = nil
    let sql: SQL = "UPDATE users SET name = \(nothing)"
    #expect(sql.binds == [nil])
  }

  @Test(arguments: [("SELECT 1" as SQL, true), ("\n SELECT 1", true), ("WITH x AS (DELETE FROM t) SELECT 1", false)])
  func `only a plain SELECT shares a transaction`(sql: SQL, isRead: Bool) {
    #expect(sql.isRead == isRead)
  }
}

@Suite struct `Text forms` {
  @Test(arguments: [[], ["plain"], ["a,b", "{}", "quo\"te", "back\\slash", "", "NULL", "naïve ☂"]])
  func `an array of any text survives`(texts: [String]) throws {
    let literal = try #require(texts.postgresText)
    #expect([String](postgresText: literal) == texts)
  }

  @Test func `an array tells NULL from the word`() {
    #expect([String?](postgresText: #"{NULL,"NULL",x}"#) == [nil, "NULL", "x"])
    #expect([String](postgresText: "{NULL}") == nil)
  }

  @Test(arguments: ["", "{", "}", "{a", "{a,}", "{,a}", "{{1},{2}}", #"{"a}"#, #"{"a\"#, "{a}b"])
  func `a malformed array is refused`(literal: String) {
    #expect([String](postgresText: literal) == nil)
  }

  @Test func `bytes are written in hex and read back`() {
    let bytes = Bytes(Array(0...255))
    #expect(Bytes(postgresText: bytes.postgresText ?? "") == bytes)
    #expect(Bytes(postgresText: "\\x0") == nil)
    #expect(Bytes(postgresText: "00") == nil)
  }
}
