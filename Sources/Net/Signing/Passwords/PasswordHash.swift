internal import CArgon2

/// A password's Argon2id hash (RFC 9106) in its encoded form, `$argon2id$v=19$m=…,t=…,p=…$salt$hash`.
/// Both calls take some 35 ms of a core: call them off the loop, a few at a time.
package enum PasswordHash {
  package struct Cost: Equatable, Sendable {
    package var memoryKiB: UInt32
    package var passes: UInt32
    package var lanes: UInt32

    /// Source: OWASP, "Password Storage Cheat Sheet", the first of its Argon2id settings.
    package static let standard = Cost(memoryKiB: 19 * 1_024, passes: 2, lanes: 1)
  }

  package enum Failure: Error, Equatable, Sendable {
    /// The memory could not be had: nothing to do with the password.
    case outOfMemory
    /// What is stored is no hash of ours, or asks for more than any hash of ours costs.
    case unreadable
  }

  /// Above this a stored hash is refused unread: it would be a way to occupy the machine.
  private static let limit = Cost(memoryKiB: 256 * 1_024, passes: 16, lanes: 8)

  package static func make(_ password: String, cost: Cost = .standard) throws(Failure) -> String {
    let salt = RandomBytes.make(16)
    var hash = [UInt8](repeating: 0, count: 32)
    let password = Array(password.utf8)
    let status = unsafe argon2id_hash_raw(
      cost.passes, cost.memoryKiB, cost.lanes, password, password.count, salt, salt.count, &hash, hash.count)
    try check(status)
    return "$argon2id$v=19$m=\(cost.memoryKiB),t=\(cost.passes),p=\(cost.lanes)"
      + "$\(Base64.bare.encode(salt))$\(Base64.bare.encode(hash))"
  }

  package static func verify(_ password: String, against encoded: String) throws(Failure) -> Bool {
    guard let parts = Parts(encoded) else { throw .unreadable }
    var hash = [UInt8](repeating: 0, count: parts.hash.count)
    let password = Array(password.utf8)
    let status = unsafe argon2id_hash_raw(
      parts.cost.passes, parts.cost.memoryKiB, parts.cost.lanes, password, password.count,
      parts.salt, parts.salt.count, &hash, hash.count)
    try check(status)
    return ConstantTime.equal(hash, parts.hash)
  }

  /// Made with another cost than today's: hash again at the next login.
  package static func isOutdated(_ encoded: String) -> Bool { Parts(encoded)?.cost != .standard }

  private static func check(_ status: Int32) throws(Failure) {
    switch status {
    case ARGON2_OK.rawValue: return
    case ARGON2_MEMORY_ALLOCATION_ERROR.rawValue, ARGON2_THREAD_FAIL.rawValue: throw .outOfMemory
    default: throw .unreadable
    }
  }

  private struct Parts {
    var cost: Cost
    var salt, hash: [UInt8]

    init?(_ encoded: String) {
      let parts = encoded.split(separator: "$", omittingEmptySubsequences: false)
      guard parts.count == 6, parts[0].isEmpty, parts[1] == "argon2id", parts[2] == "v=19" else { return nil }
      let numbers = parts[3].split(separator: ",")
      guard numbers.count == 3, numbers[0].hasPrefix("m="), numbers[1].hasPrefix("t="), numbers[2].hasPrefix("p="),
        let memory = UInt32(numbers[0].dropFirst(2)), let passes = UInt32(numbers[1].dropFirst(2)),
        let lanes = UInt32(numbers[2].dropFirst(2)),
        memory <= limit.memoryKiB, passes <= limit.passes, lanes <= limit.lanes,
        let salt = Base64.bare.decode(String(parts[4])), let hash = Base64.bare.decode(String(parts[5])),
        salt.count >= 8, (16...64).contains(hash.count)
      else { return nil }
      cost = Cost(memoryKiB: memory, passes: passes, lanes: lanes)
      self.salt = salt
      self.hash = hash
    }
  }
}
