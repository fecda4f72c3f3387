import Testing

@testable import Postgres

@Suite struct `Migration plans` {
  private let users = Migration(name: "accounts_001", sql: "CREATE TABLE users ()")
  private let titles = Migration(name: "catalog_001", sql: "CREATE TABLE titles ()")
  private let digests = ["accounts_001": "u", "catalog_001": "t"]

  private func pending(_ known: [Migration], applied: [String: String]) throws(MigrationError) -> [String] {
    try MigrationPlan(known: known, digests: digests, applied: applied).pending.map(\.name)
  }

  @Test func `what is not applied is pending, in the order given`() throws {
    #expect(try pending([users, titles], applied: [:]) == ["accounts_001", "catalog_001"])
    #expect(try pending([users, titles], applied: ["accounts_001": "u"]) == ["catalog_001"])
    #expect(try pending([users, titles], applied: digests).isEmpty)
  }

  @Test func `a new domain may come before an applied one`() throws {
    #expect(try pending([users, titles], applied: ["catalog_001": "t"]) == ["accounts_001"])
  }

  @Test func `an edited step is refused`() {
    #expect(throws: MigrationError.changed(name: "accounts_001")) {
      try pending([users], applied: ["accounts_001": "x"])
    }
  }

  @Test func `a step that the binary does not know is refused`() {
    #expect(throws: MigrationError.unknown(name: "catalog_001")) { try pending([users], applied: ["catalog_001": "t"]) }
  }

  @Test func `two steps of one name are refused`() {
    #expect(throws: MigrationError.duplicate(name: "accounts_001")) { try pending([users, users], applied: [:]) }
  }
}
