internal import Configuration
internal import FoundationEssentials

/// Settings by their flat upper-case names (`REDIS_URL`), from the environment and, below it, one YAML file.
///
/// An empty value is none. What is wrong is collected and not thrown, so that `check` shows all of it at once: whoever
/// starts a service reads every setting first, and goes on only when `problems` is empty.
package final class SettingsReader {
  package private(set) var problems: [SettingProblem] = []
  /// `moviesnow dev` may use secrets that it made itself; a service may not.
  let allowsDevelopmentSecrets: Bool
  /// Name of the setting by the secret that it holds.
  var secretOwners: [String: String] = [:]

  /// The environment first: it wins.
  private var sources: [any ConfigSnapshot]
  private var namesInFile: [String] = []
  /// What was asked for so far.
  package private(set) var namesRead: Set<String> = []

  package init(
    yaml: String? = nil, environment: [String: String] = ProcessInfo.processInfo.environment,
    allowsDevelopmentSecrets: Bool = false
  ) {
    self.allowsDevelopmentSecrets = allowsDevelopmentSecrets
    sources = [EnvironmentVariablesProvider(environmentVariables: environment).snapshot()]
    guard let yaml else { return }
    namesInFile = topLevelNames(yaml)
    do {
      let bytes = Array(yaml.utf8)
      sources.append(try unsafe YAMLSnapshot(data: bytes.span.bytes, providerName: "file", parsingOptions: .default))
    } catch {
      report(SettingProblem(key: "file", expected: "YAML, one `NAME: value` a line", hint: "\(error)"))
    }
  }

  /// Reads the file at `path`; one that cannot be read is a problem like any other.
  package convenience init(
    file path: String, environment: [String: String] = ProcessInfo.processInfo.environment,
    allowsDevelopmentSecrets: Bool = false
  ) {
    let bytes = FileManager.default.contents(atPath: path)
    self.init(
      yaml: bytes.map { String(decoding: $0, as: UTF8.self) }, environment: environment,
      allowsDevelopmentSecrets: allowsDevelopmentSecrets)
    if bytes == nil { report(SettingProblem(key: "file", value: path, expected: "a file that can be read")) }
  }

  /// Once every setting was read: a name in the file that nobody asked for is a problem, since what it says has no
  /// effect.
  package func refuseUnusedNames() {
    for name in namesInFile where !namesRead.contains(name) {
      report(SettingProblem(key: name, expected: "the name of a setting", hint: "misspelt, or another service's"))
    }
  }

  package func report(_ problem: SettingProblem) { problems.append(problem) }

  /// The value as it is written; nil when it is set nowhere.
  package func text(_ name: String) -> String? {
    for source in look(up: name) {
      guard case .string(let text)? = try? source.value(forKey: [name], type: .string).value?.content else { continue }
      if !text.isEmpty { return text }
    }
    return nil
  }

  /// A YAML list, or one text with commas between the items.
  package func list(_ name: String, default fallback: [String] = []) -> [String] {
    if let text = text(name) { return commaSeparated(text) }
    for source in look(up: name) {
      let value = try? source.value(forKey: [name], type: .stringArray).value
      if case .stringArray(let items)? = value?.content { return items }
    }
    return fallback
  }

  private func look(up name: String) -> [any ConfigSnapshot] {
    namesRead.insert(name)
    return sources
  }
}

private func commaSeparated(_ text: String) -> [String] {
  text.split(separator: ",").map { item in
    String(item.drop { $0 == " " }.reversed().drop { $0 == " " }.reversed())
  }.filter { !$0.isEmpty }
}

/// The file is flat: a name starts its line.
private func topLevelNames(_ yaml: String) -> [String] {
  yaml.split(separator: "\n").compactMap { line in
    guard let colon = line.firstIndex(of: ":") else { return nil }
    let name = line[..<colon]
    let isName = name.utf8.allSatisfy { $0 == 0x5F || (0x30...0x39).contains($0) || (0x41...0x5A).contains($0) }
    return isName && !name.isEmpty ? String(name) : nil
  }
}
