internal import ArgumentParser
internal import Invocation
internal import OriginServer

struct Check: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Check the whole configuration, change nothing.",
    discussion: "Prints every problem with the setting's name, what was expected and what to try; exits with 1.")

  @OptionGroup var configuration: ConfigurationOptions

  func run() throws {
    _ = try configuration.load(OriginSettings.init).loadPolicies()
    print("The configuration is valid.")
  }
}

extension OriginSettings {
  /// - Throws: `CommandFailure` with the setting, the plugin and the reason.
  func loadPolicies() throws -> ProcessPolicies {
    try ProcessPolicies(policies, for: "moviesnow-origin", loops: 1)
  }
}
