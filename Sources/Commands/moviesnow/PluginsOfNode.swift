internal import ArgumentParser
internal import Invocation
internal import PolicyHost

/// `plugins shadow`, `activate`, `rollback` and `status`: what a running node asks, and what it tries.
extension Plugins {
  struct Shadow: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Let a node try a list of policies on real requests.",
      discussion: """
        Its decisions are compared with those of the node's own list, counted, and have no effect. The list is kept \
        beside POLICIES_FILE, so that the node tries it after a restart too.
        """)

    @Argument(help: "A JSON list of {name, path, settings}.")
    var list: String

    @OptionGroup var node: PolicyNode

    func run() throws {
      let tried = try node.read(list)
      try node.change { $0.shadow = tried }
    }
  }

  struct Activate: ParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Let the list that a node tries decide.")

    @OptionGroup var node: PolicyNode

    func run() throws {
      try node.change { lists in
        guard lists.activate() else { throw CommandFailure("The node tries no list: moviesnow plugins shadow LIST") }
      }
    }
  }

  struct Rollback: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Take the last step back: end a trial, or else let the list decide that did before the last activation."
    )

    @OptionGroup var node: PolicyNode

    func run() throws {
      try node.change { lists in
        guard lists.rollBack() else { throw CommandFailure("There is no list that was tried or active before.") }
      }
    }
  }

  struct Status: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Show what a node's policies have decided, and how the list that it tries would differ.")

    @OptionGroup var node: PolicyNode

    func run() throws { print(try node.status().text) }
  }
}

extension PolicyStatus {
  fileprivate var text: String {
    var lines = ["epoch \(epoch), process \(process)"] + policies.map { "  \($0.text)" }
    if let refusal { lines.append("the last reload was refused: \(refusal)") }
    guard let shadow else { return (lines + ["no shadow"]).joined(separator: "\n") }
    lines += ["shadow"] + shadow.policies.map { "  \($0.text)" }
    let differing = shadow.differences.reduce(0) { $0 + $1.count }
    lines.append("  \(shadow.compared) decisions compared, \(differing) would differ")
    lines += shadow.differences.map { "    \($0.kind.rawValue) \($0.count) by \($0.rule)" }
    return lines.joined(separator: "\n")
  }
}

extension PolicyStatus.Policy {
  fileprivate var text: String {
    let quarantine = quarantines == 0 ? "" : ", no longer asked by \(quarantines) workers"
    return "\(name): \(calls) questions, \(denials) refusals, \(failures) failures\(quarantine)"
  }
}
