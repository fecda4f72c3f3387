internal import Glibc
package import Settings

/// The policies that the settings name: an edge asks them before it signs, the origin before it mints.
///
/// `POLICIES_FILE`: a JSON list of `{"name", "path", "settings"}`, asked in its order; see Plugins/README.md. It says
/// all there is: `DELIVERY_MIN_TTL` and `DELIVERY_MAX_TTL` beside it are refused, since nothing would obey them.
/// Default: the standard policies. A file beside it, `….shadow`, holds a list whose decisions are only compared.
/// `PLUGIN_FOLDER`: where the standard policies' libraries are, and those that the list gives no folder. Default:
/// beside the program.
/// `DELIVERY_MIN_TTL`, `DELIVERY_MAX_TTL`: bounds of a lifetime in seconds, which the standard policy TTLClamp applies.
package struct PolicyList: Sendable {
  package let sources: [PolicySource]
  /// What is tried beside them; nil: nothing.
  package let shadow: [PolicySource]?
  /// The setting to look at when these cannot be loaded.
  package let setting: String

  /// Of a node that decides on no URL.
  package static let none = PolicyList(sources: [], setting: "POLICIES_FILE")

  private init(sources: [PolicySource], setting: String) {
    self.sources = sources
    self.setting = setting
    shadow = nil
  }

  /// Problems are left with the reader.
  package init(_ reader: SettingsReader) {
    let folder = reader.string("PLUGIN_FOLDER", default: PolicySource.programFolder)
    if let file = reader.text("POLICIES_FILE") {
      setting = "POLICIES_FILE"
      Self.refuseBounds(reader)
      sources = Self.read(file, librariesIn: folder, reader)
      let files = PolicyFiles(file)
      shadow = files.hasShadow ? Self.read(files.shadow, librariesIn: folder, reader) : nil
    } else {
      setting = "PLUGIN_FOLDER"
      sources = Self.standard(in: folder, reader)
      shadow = nil
    }
  }

  private static func refuseBounds(_ reader: SettingsReader) {
    for name in ["DELIVERY_MIN_TTL", "DELIVERY_MAX_TTL"] where reader.text(name) != nil {
      let hint = "the list's own policies bound lifetimes: give these bounds to its TTLClamp"
      reader.report(SettingProblem(key: name, expected: "nothing beside POLICIES_FILE", hint: hint))
    }
  }

  private static func read(_ file: String, librariesIn folder: String, _ reader: SettingsReader) -> [PolicySource] {
    do throws(PolicyListMalformed) { return try PolicySource.list(file: file, librariesIn: folder) } catch {
      let expected = "a JSON list of {\"name\", \"path\", \"settings\"}"
      reader.report(SettingProblem(key: "POLICIES_FILE", value: file, expected: expected, hint: "\(error)"))
      return []
    }
  }

  private static func standard(in folder: String, _ reader: SettingsReader) -> [PolicySource] {
    let shortest = reader.int("DELIVERY_MIN_TTL", default: 60, in: 1...604_800)
    let longest = reader.int("DELIVERY_MAX_TTL", default: 3600, in: shortest...604_800)
    return PolicySource.standard(in: folder).map { policy in
      guard policy.name == "ttl" else { return policy }
      let bounds = "{\"minimum\":\(shortest),\"maximum\":\(longest)}"
      return PolicySource(name: policy.name, path: policy.path, settings: bounds)
    }
  }
}

extension PolicySource {
  /// Where this program is, and with it the standard libraries.
  package static var programFolder: String {
    guard let path = unsafe realpath("/proc/self/exe", nil) else { return "." }
    defer { unsafe free(path) }
    return unsafe String(cString: path).split(separator: "/").dropLast().reduce("") { "\($0)/\($1)" }
  }
}
