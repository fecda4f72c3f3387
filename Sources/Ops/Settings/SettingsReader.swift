internal import Configuration
internal import FoundationEssentials

/// Settings by their flat upper-case names (`REDIS_URL`), from the environment and, below it, one YAML file.
///
/// An empty value is none. What is wrong is collected and not thrown, so that `check` shows all of it at once: whoever
/// starts a service reads every setting first, and goes on only when `problems` is empty.
package final class SettingsReader {
  /// Of a file that cannot be read nothing else is told: what it lacks would follow from it.
  package var problems: [SettingProblem] { unusableFile.map { [$0] } ?? found }

  private var found: [SettingProblem] = []
  private var unusableFile: SettingProblem?
  /// `moviesnow dev` may use secrets that it made itself; a service may not.
  let allowsDevelopmentSecrets: Bool
  /// Name of the setting by the secret that it holds.
  var secretOwners: [String: String] = [:]

  /// It wins over the file.
  private let environment: any ConfigSnapshot
  private var file: YAMLSnapshot?
  private var namesInFile: Set<String> = []
  /// What was asked for so far.
  package private(set) var namesRead: Set<String> = []

  package init(
    yaml: String? = nil, environment: [String: String] = ProcessInfo.processInfo.environment,
    allowsDevelopmentSecrets: Bool = false
  ) {
    self.allowsDevelopmentSecrets = allowsDevelopmentSecrets
    self.environment = EnvironmentVariablesProvider(environmentVariables: environment).snapshot()
    guard let yaml else { return }
    namesInFile = topLevelNames(yaml)
    do {
      let bytes = Array(yaml.utf8)
      file = try unsafe YAMLSnapshot(data: bytes.span.bytes, providerName: "file", parsingOptions: .default)
    } catch {
      let reason = "\(error)".split(separator: "\n").joined(separator: " ")
      unusableFile = SettingProblem(key: "--config", expected: "YAML, one `NAME: value` a line", hint: reason)
    }
  }

  /// Reads the file at `path`; that it cannot be read is a problem like any other.
  package convenience init(
    file path: String, environment: [String: String] = ProcessInfo.processInfo.environment,
    allowsDevelopmentSecrets: Bool = false
  ) {
    let bytes = FileManager.default.contents(atPath: path)
    self.init(
      yaml: bytes.map { String(decoding: $0, as: UTF8.self) }, environment: environment,
      allowsDevelopmentSecrets: allowsDevelopmentSecrets)
    if bytes == nil { unusableFile = SettingProblem(key: "--config", value: path, expected: "a file that can be read") }
  }

  /// Once every setting was read: a name in the file that nobody asked for is a problem, since what it says has no
  /// effect.
  package func refuseUnusedNames() {
    for name in namesInFile.subtracting(namesRead).sorted() {
      report(SettingProblem(key: name, expected: "the name of a setting", hint: "misspelt, or another service's"))
    }
  }

  package func report(_ problem: SettingProblem) { if !found.contains(problem) { found.append(problem) } }

  /// The value as it is written; nil when it is set nowhere.
  package func text(_ name: String) -> String? {
    namesRead.insert(name)
    if let text = Self.text(name, in: environment) { return text }
    guard let file, namesInFile.contains(name) else { return nil }
    if let text = Self.text(name, in: file) { return text }
    // What is there and is no text, not even an empty one.
    if (try? file.value(forKey: [name], type: .string).value) == nil {
      report(SettingProblem(key: name, expected: "one value on the line of its name"))
    }
    return nil
  }

  /// A YAML list, or one text with commas between the items.
  package func list(_ name: String, default fallback: [String] = []) -> [String] {
    if Self.text(name, in: environment) == nil, let items = listInFile(name) {
      namesRead.insert(name)
      return items
    }
    return text(name).map(commaSeparated) ?? fallback
  }

  private func listInFile(_ name: String) -> [String]? {
    guard case .stringArray(let items)? = try? file?.value(forKey: [name], type: .stringArray).value?.content else {
      return nil
    }
    return items
  }

  /// Nil also for an empty one.
  private static func text(_ name: String, in source: any ConfigSnapshot) -> String? {
    guard case .string(let text)? = try? source.value(forKey: [name], type: .string).value?.content, !text.isEmpty
    else {
      return nil
    }
    return text
  }
}

private func commaSeparated(_ text: String) -> [String] {
  text.split(separator: ",").compactMap { item in
    guard let first = item.firstIndex(where: { $0 != " " }), let last = item.lastIndex(where: { $0 != " " }) else {
      return nil
    }
    return String(item[first...last])
  }
}

/// The file is flat: a name starts its line.
private func topLevelNames(_ yaml: String) -> Set<String> {
  let lines = yaml.split(separator: "\n").filter { !$0.hasPrefix("#") && !$0.hasPrefix(" ") && !$0.hasPrefix("-") }
  return Set(lines.compactMap { line in line.firstIndex(of: ":").map { String(line[..<$0]) } })
}
