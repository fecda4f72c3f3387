/// A server-side script: it runs as one step, nothing in between. Made once and kept: clients know it by its identity.
package final class RedisScript: Sendable {
  package let source: String

  package init(_ source: String) { self.source = source }
}

/// A script with what it is called with, its KEYS first. Words go into one buffer as they come, so that a call costs no
/// array of boxes.
///
///     var call = ScriptCall(script)
///     call.key("quota:a")
///     call.argument(200)
package struct ScriptCall: Sendable {
  let script: RedisScript
  private var keyCount = 0
  private var words = RedisCommand()
  private var hasArguments = false

  package init(
    _ script: RedisScript, keys: [any RedisArgument] = [], arguments: [any RedisArgument] = []
  ) {
    self.script = script
    for word in keys { key(word) }
    for word in arguments { argument(word) }
  }

  package mutating func key(_ word: some RedisArgument) {
    precondition(!hasArguments, "a script's keys come before its arguments")
    keyCount += 1
    words.append(word)
  }

  package mutating func argument(_ word: some RedisArgument) {
    hasArguments = true
    words.append(word)
  }

  /// A name and its value, or nothing.
  package mutating func argument(_ name: String, _ value: (some RedisArgument)?) {
    guard let value else { return }
    argument(name)
    argument(value)
  }

  package mutating func argument(_ name: String, _ flag: Bool?) { argument(name, flag.map { $0 ? "1" : "0" }) }

  func command(_ verb: String, _ identity: String) -> RedisCommand {
    var command = RedisCommand(room: words.size + identity.utf8.count + 32)
    command.append(verb)
    command.append(identity)
    command.append(keyCount)
    command.append(wordsOf: words)
    return command
  }
}
