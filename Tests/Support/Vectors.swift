internal import FoundationEssentials

/// The published data of Tests/Vectors.
package enum Vectors {
  package static func load<Content: Decodable>(_ name: String, as type: Content.Type = Content.self) throws -> Content {
    let tests = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    let file = tests.appending(path: "Vectors/\(name)")
    return try JSONDecoder().decode(Content.self, from: Data(contentsOf: file))
  }
}
