internal import Glibc
internal import Settings

extension SettingsReader {
  /// A folder that exists and that we may write to; nil when none is named.
  func writableFolder(_ name: String) -> String? {
    guard let folder = text(name) else { return nil }
    if unsafe access(folder, W_OK | X_OK) == 0 { return folder }
    report(SettingProblem(key: name, value: folder, expected: "a folder that this user may write to"))
    return nil
  }
}
