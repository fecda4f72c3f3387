package import Settings

extension PublicKeys {
  /// `PUBLIC_API_KEY`: keys, separated by commas; `PUBLIC_API_KEY_SHA256`: digests of more, in hexadecimal. Problems
  /// are left with the reader.
  package init(_ reader: SettingsReader) {
    let keys = reader.list("PUBLIC_API_KEY")
    do throws(Malformed) {
      try self.init(keys, digests: reader.list("PUBLIC_API_KEY_SHA256"))
    } catch {
      let expected = "SHA-256 digests, each of 64 hexadecimal digits"
      reader.report(SettingProblem(key: "PUBLIC_API_KEY_SHA256", expected: expected))
      self.init(keys)
    }
  }
}
