internal import FoundationEssentials
internal import JSON

/// A list of policies as operators write it: `[{"name": "keys", "path": "libKeyPrefix.so", "settings": {…}}]`.
extension PolicySource {
  /// - Parameter folder: of the libraries whose path does not start with a `/`.
  package static func list(
    file: String, librariesIn folder: String
  ) throws(PolicyListMalformed) -> [PolicySource] {
    guard let bytes = FileManager.default.contents(atPath: file) else {
      throw PolicyListMalformed("it cannot be read")
    }
    return try list(json: [UInt8](bytes), librariesIn: folder)
  }

  static func list(json: [UInt8], librariesIn folder: String) throws(PolicyListMalformed) -> [PolicySource] {
    var members: [Members] = []
    do {
      let bytes = json.span
      var scanner = JSONScanner()
      try scanner.array(bytes) { scanner throws(JSONError) in members.append(try Members(bytes, &scanner)) }
      try scanner.end(bytes)
    } catch {
      throw PolicyListMalformed("it is not that JSON from byte \(error.offset) on")
    }
    var sources: [PolicySource] = []
    for member in members { sources.append(try member.source(librariesIn: folder)) }
    return sources
  }

  static func json(of list: [PolicySource]) -> [UInt8] {
    var writer = JSONWriter()
    writer.array { array in
      for source in list {
        array.object { object in
          object.field("name", source.name)
          object.field("path", source.path)
          object.name("settings")
          object.raw(source.settings.utf8)
        }
      }
    }
    return writer.bytes
  }

  /// One policy's members, as they were found.
  private struct Members {
    private var name = ""
    private var path = ""
    private var settings = "{}"
    private var unknown: String?

    init(_ bytes: Span<UInt8>, _ scanner: inout JSONScanner) throws(JSONError) {
      try scanner.object(bytes) { scanner, member throws(JSONError) in
        switch member {
        case "name": name = try scanner.string(bytes)
        case "path": path = try scanner.string(bytes)
        case "settings":
          _ = try scanner.peek(bytes)
          let start = scanner.offset
          try scanner.skip(bytes)
          var text: [UInt8] = []
          text.append(copying: bytes.extracting(start..<scanner.offset))
          settings = String(decoding: text, as: UTF8.self)
        default:
          unknown = member
          try scanner.skip(bytes)
        }
      }
    }

    func source(librariesIn folder: String) throws(PolicyListMalformed) -> PolicySource {
      if let unknown { throw PolicyListMalformed("policy \"\(name)\" has an unknown member \"\(unknown)\"") }
      guard !name.isEmpty else { throw PolicyListMalformed("a policy has no name") }
      guard !path.isEmpty else { throw PolicyListMalformed("policy \"\(name)\" has no path") }
      return PolicySource(name: name, path: path.hasPrefix("/") ? path : "\(folder)/\(path)", settings: settings)
    }
  }
}

/// Why a text is no list of policies.
package struct PolicyListMalformed: Error, CustomStringConvertible {
  package let description: String
  init(_ description: String) { self.description = description }
}
