/// One step of the schema. Its name is for ever; its text may hold several statements and runs in one transaction.
package struct Migration: Sendable {
  /// `accounts_001_users`: lower case, digits and `_`.
  package let name: String
  package let sql: String

  package init(name: String, sql: String) {
    precondition(!name.isEmpty && name.utf8.allSatisfy(Self.allows), "migration name \(name)")
    self.name = name
    self.sql = sql
  }

  private static func allows(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"): true
    default: false
    }
  }
}

/// Why a schema cannot be brought up to date, or served.
package enum MigrationError: Error, Equatable {
  /// Two steps have this name.
  case duplicate(name: String)
  /// The database has a step that this binary does not know: it is newer.
  case unknown(name: String)
  /// A step was edited after it had been applied.
  case changed(name: String)
}

/// What is left to do, from the steps a binary knows and those a database has.
struct MigrationPlan {
  /// In the order of `known`.
  let pending: [Migration]

  /// `applied` and `digests` map a step's name to the digest of its text.
  init(known: [Migration], digests: [String: String], applied: [String: String]) throws(MigrationError) {
    var names: Set<String> = []
    for migration in known where !names.insert(migration.name).inserted { throw .duplicate(name: migration.name) }
    if let name = applied.keys.sorted().first(where: { !names.contains($0) }) { throw .unknown(name: name) }
    for migration in known {
      if let digest = applied[migration.name], digest != digests[migration.name] {
        throw .changed(name: migration.name)
      }
    }
    pending = known.filter { applied[$0.name] == nil }
  }
}
