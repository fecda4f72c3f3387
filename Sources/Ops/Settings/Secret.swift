/// A secret of ours, for one purpose. It prints as nothing.
package struct Secret: Sendable, Equatable, CustomStringConvertible {
  /// What `moviesnow dev` puts in front of every secret that it makes.
  package static let developmentPrefix = "dev-"
  /// In bytes. 256 bits: the output of HMAC-SHA256, RFC 2104 §3.
  package static let minimumSize = 32

  package let text: String

  package init(_ text: String) { self.text = text }

  package var bytes: [UInt8] { Array(text.utf8) }

  package var description: String { "<secret>" }
}

extension SettingsReader {
  /// A secret that the service cannot do without.
  package func secret(_ name: String) -> Secret {
    if let secret = optionalSecret(name) { return secret }
    refuse(name, "is not set: \(Self.howToMake)")
    return Secret("")
  }

  /// Refuses one that is short, that another purpose uses too, or that was made for development.
  package func optionalSecret(_ name: String) -> Secret? {
    text(name).map { accept($0, as: name) }
  }

  /// Secrets with ids, as `id:secret` with commas between: the first one is used, all of them are accepted, so that
  /// they can be replaced one by one. Refused as `optionalSecret` refuses.
  package func keyedSecrets(_ name: String) -> [(id: String, secret: Secret)] {
    list(name).compactMap { pair in
      let parts = pair.split(separator: ":", maxSplits: 1)
      if parts.count == 2 { return (String(parts[0]), accept(String(parts[1]), as: name)) }
      report(SettingProblem(key: name, expected: "id:secret, with commas between several"))
      return nil
    }
  }

  private func accept(_ text: String, as name: String) -> Secret {
    if text.utf8.count < Secret.minimumSize {
      refuse(name, "has \(text.utf8.count) bytes: \(Self.howToMake)")
    }
    if !allowsDevelopmentSecrets, text.hasPrefix(Secret.developmentPrefix) {
      refuse(name, "was made by `moviesnow dev`: \(Self.howToMake)")
    }
    if let owner = secretOwners[text], owner != name {
      refuse(name, "is the same as \(owner): each purpose has its own")
    }
    secretOwners[text] = name
    return Secret(text)
  }

  private static var howToMake: String { "make one with `openssl rand -hex 32`" }

  private func refuse(_ name: String, _ hint: String) {
    report(SettingProblem(key: name, expected: "a secret of at least \(Secret.minimumSize) bytes", hint: "it \(hint)"))
  }
}
