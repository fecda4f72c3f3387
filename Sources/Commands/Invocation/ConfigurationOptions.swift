internal import ArgumentParser
package import Settings

/// Where a command's settings are.
package struct ConfigurationOptions: ParsableArguments, Sendable {
  @Option(name: .customLong("config"), help: "A YAML file; the environment overrides what it says.")
  var file: String?

  package init() {}

  /// The settings that `read` makes of the file and the environment.
  /// - Parameter read: returns nil after it has left its problems with the reader.
  /// - Throws: `ExitCode` 1 after all problems were printed.
  package func load<Value>(_ read: (SettingsReader) -> Value?) throws -> Value {
    do throws(InvalidConfiguration) { return try self.read(read) } catch {
      for problem in error.problems { printError("\(problem)") }
      throw ExitCode(1)
    }
  }

  /// The same for a process that goes on without them.
  package func read<Value>(_ read: (SettingsReader) -> Value?) throws(InvalidConfiguration) -> Value {
    let reader = file.map { SettingsReader(file: $0) } ?? SettingsReader()
    let settings = read(reader)
    guard let settings, reader.problems.isEmpty else { throw InvalidConfiguration(problems: reader.problems) }
    return settings
  }

  /// How to call another command with the same settings, for a hint.
  package var arguments: String { file.map { " --config \($0)" } ?? "" }
}

/// Settings that cannot be used.
package struct InvalidConfiguration: Error, CustomStringConvertible {
  package let problems: [SettingProblem]

  package var description: String { problems.map(\.description).joined(separator: "; ") }
}
