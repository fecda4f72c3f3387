import FoundationEssentials
import Glibc

/// What `swift package dump-package` says of this package.
struct PackageDescription: Decodable {
  let targets: [Target]

  struct Target: Decodable {
    let name: String
    let type: String
    /// From the root.
    let path: String
    private let dependencies: [Dependency]

    private enum CodingKeys: CodingKey { case name, type, path, dependencies }

    init(from decoder: any Decoder) throws {
      let container = try decoder.container(keyedBy: CodingKeys.self)
      name = try container.decode(String.self, forKey: .name)
      type = try container.decode(String.self, forKey: .type)
      path = try container.decodeIfPresent(String.self, forKey: .path) ?? "Sources/\(name)"
      dependencies = try container.decode([Dependency].self, forKey: .dependencies)
    }

    /// Names of targets of this package; products of others are not among them.
    var uses: [String] { dependencies.compactMap(\.target) }
  }

  static func load() throws -> PackageDescription { try loaded.get() }

  private static let loaded = Result { try JSONDecoder().decode(PackageDescription.self, from: Data(dump())) }

  private static func dump() throws -> [UInt8] {
    // A scratch path of its own: `swift test` holds the lock of the usual one while it runs us.
    let command = "swift package --package-path '\(Tree.root)' --scratch-path '\(Tree.root)/.build/dump' dump-package"
    guard let pipe = unsafe popen(command, "r") else { throw Failure() }
    var text: [UInt8] = []
    var chunk = [UInt8](repeating: 0, count: 65536)
    while true {
      let count = unsafe fread(&chunk, 1, chunk.count, pipe)
      guard count > 0 else { break }
      text += chunk[..<count]
    }
    guard unsafe pclose(pipe) == 0 else { throw Failure() }
    return text
  }

  struct Failure: Error {}
}

extension PackageDescription.Target {
  /// `{"byName": ["CUV", null]}` or `{"product": ["Logging", "swift-log", null, null]}`.
  private struct Dependency: Decodable {
    let target: String?

    private enum Key: CodingKey { case byName, target }

    init(from decoder: any Decoder) throws {
      let container = try decoder.container(keyedBy: Key.self)
      guard let key = container.allKeys.first else {
        target = nil
        return
      }
      var values = try container.nestedUnkeyedContainer(forKey: key)
      target = try values.decode(String.self)
    }
  }
}
