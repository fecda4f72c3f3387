/// Why a command cannot go on though it was called well: one clear line, or a few, that say what to do.
struct CommandFailure: Error, CustomStringConvertible {
  let description: String

  init(_ description: String) { self.description = description }
}
