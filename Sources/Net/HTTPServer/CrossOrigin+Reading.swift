internal import HTTP
package import Settings

extension CrossOrigin {
  /// `FRONTEND_ORIGINS`. Problems are left with the reader.
  package init(_ reader: SettingsReader) {
    let name = "FRONTEND_ORIGINS"
    self.init(
      allowing: reader.list(name).compactMap { text in
        if let origin = WebOrigin(text) { return origin }
        reader.report(SettingProblem(key: name, value: text, expected: WebOrigin.expectation))
        return nil
      })
  }
}
