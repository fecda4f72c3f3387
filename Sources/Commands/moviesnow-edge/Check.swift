internal import ArgumentParser
internal import Edge
internal import Glibc
internal import Invocation
internal import PolicyHost

struct Check: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Check the whole configuration, change nothing.",
    discussion: "Prints every problem with the setting's name, what was expected and what to try; exits with 1.")

  @OptionGroup var configuration: ConfigurationOptions

  func run() throws {
    _ = try configuration.load(EdgeSettings.init).loadPolicies()
    print("The configuration is valid.")
  }
}

extension EdgeSettings {
  /// Loads every plugin as a node does, after a trial in a child process.
  /// - Throws: `ExitCode` 1 after the plugin and the reason were printed.
  func loadPolicies() throws -> PolicyEpoch {
    let folder = "/tmp/moviesnow-edge-\(getuid())"
    do throws(PolicyError) {
      return try PolicyLoader(folder: folder, loops: workers, trial: .bySelf).load(policies, epoch: 1)
    } catch {
      printError("PLUGIN_FOLDER: \(error)")
      throw ExitCode(1)
    }
  }
}
