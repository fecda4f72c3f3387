internal import ArgumentParser
package import Settings

/// Where a command's settings are.
package struct ConfigurationOptions: ParsableArguments {
  @Option(name: .customLong("config"), help: "A YAML file; the environment overrides what it says.")
  var file: String?

  package init() {}

  /// The settings that `read` makes of the file and the environment.
  /// - Parameter read: returns nil after it has left its problems with the reader.
  /// - Throws: `ExitCode` 1 after all problems were printed.
  package func load<Value>(_ read: (SettingsReader) -> Value?) throws -> Value {
    let reader = file.map { SettingsReader(file: $0) } ?? SettingsReader()
    let settings = read(reader)
    for problem in reader.problems { printError("\(problem)") }
    guard let settings, reader.problems.isEmpty else { throw ExitCode(1) }
    return settings
  }

  /// How to call another command with the same settings, for a hint.
  package var arguments: String { file.map { " --config \($0)" } ?? "" }
}
