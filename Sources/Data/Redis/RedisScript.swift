internal import Signing

/// A server-side script: it runs as one step, nothing in between. Made once and kept.
package final class RedisScript: Sendable {
  package let source: String
  /// How each of its calls begins: Redis names a script by the SHA-1 of its source.
  let opening: RedisCommand

  package init(_ source: String) {
    self.source = source
    opening = RedisCommand("EVALSHA", SHA1.hash(source).hex)
  }
}

/// A script with what it is called with: its KEYS, as many as were announced, and then its ARGV. Words go into one
/// buffer as they come, which is what is sent.
///
///     var call = ScriptCall(script, keys: 1)
///     call.key("quota:a")
///     call.argument(200)
package struct ScriptCall: Sendable {
  let script: RedisScript
  private(set) var command: RedisCommand
  private var keysDue: Int
  /// What all but the longest take, in bytes, and no more than glibc hands out from a thread's own store.
  private static let room = 640

  package init(_ script: RedisScript, keys count: Int) {
    self.script = script
    command = RedisCommand(room: Self.room)
    command.append(wordsOf: script.opening)
    command.append(count)
    keysDue = count
  }

  package init(_ script: RedisScript, keys: [any RedisArgument], arguments: [any RedisArgument] = []) {
    self.init(script, keys: keys.count)
    for word in keys + arguments { word.append(to: &command) }
    keysDue = 0
  }

  /// The same with the script's source.
  var teachingCommand: RedisCommand {
    var teaching = RedisCommand("EVAL", script.source)
    teaching.append(wordsOf: command, behind: script.opening)
    return teaching
  }

  package mutating func key(_ word: String) {
    takeKey()
    command.append(word)
  }

  package mutating func key(joining parts: String...) {
    takeKey()
    command.append(joining: parts)
  }

  package mutating func key(_ word: [UInt8]) {
    takeKey()
    command.append(word)
  }

  private mutating func takeKey() {
    precondition(keysDue > 0, "a script's keys come before its arguments, as many as were announced")
    keysDue -= 1
  }

  package mutating func argument(_ word: String) { command.append(word) }

  package mutating func argument(_ number: Int) { command.append(number) }

  package mutating func argument(_ number: Int64) { command.append(number) }
}

/// A name and its value, or nothing.
extension ScriptCall {
  package mutating func argument(_ name: String, _ text: String?) {
    guard let text else { return }
    command.append(name)
    command.append(text)
  }

  package mutating func argument(_ name: String, _ bytes: [UInt8]?) {
    guard let bytes else { return }
    command.append(name)
    command.append(bytes)
  }

  package mutating func argument(_ name: String, _ number: Int?) {
    guard let number else { return }
    command.append(name)
    command.append(number)
  }

  package mutating func argument(_ name: String, _ number: Double?) {
    guard let number else { return }
    command.append(name)
    command.append(number.description)
  }

  package mutating func argument(_ name: String, _ flag: Bool?) {
    argument(name, flag.map { $0 ? "1" : "0" })
  }
}
