internal import Glibc
package import Settings

extension PolicySource {
  /// The standard policies, as the settings want them: an edge asks them before it signs, the origin before it mints.
  ///
  /// `PLUGIN_FOLDER`: where libKeyPrefix.so, libTTLClamp.so and libGeoSchedule.so are. Default: beside the program.
  /// `DELIVERY_MIN_TTL`, `DELIVERY_MAX_TTL`: bounds of a lifetime in seconds, which the plugin TTLClamp applies.
  /// Problems are left with the reader.
  package static func list(_ reader: SettingsReader) -> [PolicySource] {
    let shortest = reader.int("DELIVERY_MIN_TTL", default: 60, in: 1...604_800)
    let longest = reader.int("DELIVERY_MAX_TTL", default: 3600, in: shortest...604_800)
    let folder = reader.string("PLUGIN_FOLDER", default: programFolder)
    return standard(in: folder).map { policy in
      guard policy.name == "ttl" else { return policy }
      let bounds = "{\"minimum\":\(shortest),\"maximum\":\(longest)}"
      return PolicySource(name: policy.name, path: policy.path, settings: bounds)
    }
  }

  /// Where this program is, and with it the standard libraries.
  package static var programFolder: String {
    guard let path = unsafe realpath("/proc/self/exe", nil) else { return "." }
    defer { unsafe free(path) }
    return unsafe String(cString: path).split(separator: "/").dropLast().reduce("") { "\($0)/\($1)" }
  }
}
