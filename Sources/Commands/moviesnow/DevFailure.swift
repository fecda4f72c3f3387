/// Why `moviesnow dev` cannot go on: one clear line, or a few, that say what to do.
struct DevFailure: Error, CustomStringConvertible {
  let description: String

  init(_ lines: [String]) { description = lines.joined(separator: "\n") }
}
