/// Why a command cannot go on though it was called well: one clear line, or a few, that say what to do. It is printed,
/// and the command exits with 1.
package struct CommandFailure: Error, CustomStringConvertible {
  package let description: String

  package init(_ description: String) { self.description = description }
}
