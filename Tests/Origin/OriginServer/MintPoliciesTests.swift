import Bundles
import HTTP
@testable import OriginServer
import PolicyHost
import Publication
import Settings
import Support
import Testing

/// With the real plugins, as the origin's settings list them.
@Suite struct `The policies, before a token is minted` {
  @Test func `cut a lifetime as they would a URL's, and say which rule did`() throws {
    try withPolicies { policies in
      let key = try #require(StorageKey("bundles/a/S01.zip"))
      #expect(try policies.permit(key, lifetime: 600) == Permit(lifetime: 600, limitedBy: nil))
      #expect(try policies.permit(key, lifetime: 86_400) == Permit(lifetime: 900, limitedBy: "ttl/ttl"))
    }
  }

  @Test func `refuse a key that no edge would issue, by name`() throws {
    try withPolicies { policies in
      let refusal = #expect(throws: Problem.self) {
        try policies.permit(StorageKey("images/poster.png")!, lifetime: 600)
      }
      let document = refusal?.response(instance: .random()).text ?? ""
      #expect(refusal?.status == .forbidden && document.contains(#""rule":"keys/allowed-keys""#))
    }
  }

  private func withPolicies(_ body: (MintPolicies) throws -> Void) throws {
    let folder = try TemporaryFolder()
    defer { folder.remove() }
    let reader = SettingsReader(environment: ["PLUGIN_FOLDER": Self.build, "DELIVERY_MAX_TTL": "900"])
    let trial = PolicyTrial(command: ["\(Self.build)/moviesnow-origin", "plugins", "try"])
    let loader = PolicyLoader(folder: folder.path, loops: 1, trial: trial)
    let set = try loader.load(PolicyList(reader).sources, epoch: 1).set(forLoop: 0)
    try body(MintPolicies { set.evaluate($0) })
  }

  /// Where `swift build` puts our commands and plugins.
  private static let build: String = {
    let root = #filePath.split(separator: "/", omittingEmptySubsequences: false).dropLast(4).joined(separator: "/")
    return "\(root)/.build/debug"
  }()
}
