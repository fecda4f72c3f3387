internal import FoundationEssentials
internal import Glibc

/// The list that `POLICIES_FILE` names, and beside it the one that is tried and the one that was before.
///
/// Whoever may write these files, and signal the node, decides about its policies. Nobody else does: no listener takes
/// such an order, since the one for operators asks nobody for a key.
package struct PolicyFiles: Sendable {
  let active: String
  var shadow: String { "\(active).shadow" }
  private var previous: String { "\(active).previous" }

  package init(_ active: String) { self.active = active }

  var hasShadow: Bool { unsafe access(shadow, F_OK) == 0 }

  package func read() throws -> PolicyLists {
    var lists = PolicyLists(active: [UInt8](try Data(contentsOf: URL(filePath: active))))
    lists.shadow = FileManager.default.contents(atPath: shadow).map { [UInt8]($0) }
    lists.previous = FileManager.default.contents(atPath: previous).map { [UInt8]($0) }
    return lists
  }

  /// Each file whole or not at all, and the active one always there.
  package func write(_ lists: PolicyLists) throws {
    try write(lists.previous, to: previous)
    try write(lists.active, to: active)
    try write(lists.shadow, to: shadow)
  }

  /// Nil: there is to be none. Whoever reads the active list may read the others.
  private func write(_ list: [UInt8]?, to path: String) throws {
    guard let list else {
      unsafe unlink(path)
      return
    }
    var status = stat()
    guard unsafe stat(active, &status) == 0 else { throw PolicyListMalformed("\(active) is gone") }
    let new = "\(path).new"
    try Data(list).write(to: URL(filePath: new))
    guard unsafe chmod(new, status.st_mode & 0o777) == 0, unsafe rename(new, path) == 0 else {
      throw PolicyListMalformed("\(path) cannot be written: \(TrustedLibrary.lastError())")
    }
  }
}

/// The lists of a node, each as the text of its file, and what an operator does with them.
package struct PolicyLists: Equatable, Sendable {
  /// What decides.
  package var active: [UInt8]
  /// What is tried beside it.
  package var shadow: [UInt8]?
  /// What decided before the last activation.
  package var previous: [UInt8]?

  package init(active: [UInt8]) { self.active = active }

  /// The shadow decides. False: there is none.
  package mutating func activate() -> Bool {
    guard let shadow else { return false }
    (previous, active, self.shadow) = (active, shadow, nil)
    return true
  }

  /// Takes the last step back: a shadow goes, or else what decided before decides again. False: there was none.
  package mutating func rollBack() -> Bool {
    if shadow != nil {
      shadow = nil
    } else {
      guard let previous else { return false }
      (active, self.previous) = (previous, nil)
    }
    return true
  }
}
