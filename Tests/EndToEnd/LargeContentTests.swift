import HTTP
import Support
import Testing

/// What is kept in memory's pages, or on disk, on its way to a client: of each length all of it, and parts.
@Suite struct `Large content` {
  /// Around the length from which the kernel sends it, beyond, and too much for memory.
  private static let lengths = [262_143, 262_144, 262_145, 525_312, 1_048_576, 5_000_000]
  /// No two stretches of it are alike.
  private static let content = (0..<80_000).map { "\($0) " + String(repeating: "x", count: 60) }.joined()

  @Test func `comes byte for byte over HTTP/1.1 and HTTP/2 in clear`() throws {
    try Stage.run { stage in
      let edge = try await LargeHits(stage, Self.content, of: Self.lengths)
      for version in ["--http1.1", "--http2-prior-knowledge"] { try await edge.expectAll("http", version) }
    }
  }

  @Test func `comes byte for byte over HTTP/1.1 and HTTP/2 with TLS`() throws {
    try Stage.run { stage in
      let certificate = try TestCertificate.make(for: "localhost")
      let edge = try await LargeHits(
        stage, Self.content, of: Self.lengths, ["EDGE_TLS_CERTIFICATES": certificate.setting])
      for version in ["--http1.1", "--http2"] {
        try await edge.expectAll("https", "\(version) --cacert \(certificate.authority)")
      }
    }
  }
}

/// An edge with a disk, before an origin whose paths say how much of the content they have.
private struct LargeHits {
  private let stage: Stage
  private let content: [UInt8]
  private let lengths: [Int]
  private let port: String
  private let folder: TemporaryFolder

  init(_ stage: Stage, _ content: String, of lengths: [Int], _ settings: [String: String] = [:]) async throws {
    self.stage = stage
    self.content = Array(content.utf8)
    self.lengths = lengths
    folder = try stage.folder()
    let origin = try RawOrigin(stage)
    origin.answer = { head, line in
      let length = Int(head.split(separator: " ")[1].dropFirst()) ?? 0
      line.send(.answer("Cache-Control: max-age=600\r\nETag: \"1\"", String(content.utf8.prefix(length)) ?? ""))
    }
    let own = ["EDGE_CACHE_FOLDER": try stage.folder().path]
    let edge = try await PlainCache(stage, before: origin, own.merging(settings) { $1 })
    try await eventually("the disk tier is there", on: stage.loop) {
      edge.program.latestOutput.contains("the disk tier is there")
    }
    port = edge.address.split(separator: ":").last.map(String.init) ?? ""
  }

  /// Once it is kept, all of each, and parts around the places where something begins or ends.
  func expectAll(_ scheme: String, _ arguments: String) async throws {
    for length in lengths {
      try await eventually("\(length) is a hit", on: stage.loop) {
        (try? await ask(scheme, arguments, length))?.note.contains("; hit;") == true
      }
      let ranges = [0..<length, 0..<1, 1..<(length - 1), 262_143..<min(262_145, length), (length - 5)..<length]
      for range in ranges where !range.isEmpty {
        let isWhole = range.count == length
        let part = isWhole ? "" : "-r \(range.lowerBound)-\(range.upperBound - 1)"
        let (note, bytes) = try await ask(scheme, "\(arguments) \(part)", length)
        #expect(note.hasPrefix(isWhole ? "200 " : "206 ") && note.contains("; hit;"), "\(length) \(range): \(note)")
        #expect(bytes == Array(content[range]), "\(length) \(range), \(arguments)")
      }
    }
  }

  /// Status, what the edge says of its cache, and the content.
  private func ask(_ scheme: String, _ arguments: String, _ length: Int) async throws -> (note: String, [UInt8]) {
    let curl =
      "curl -sS -o \(folder.path)/got -w '%{http_code} %header{cache-status}' --resolve localhost:\(port):127.0.0.1"
    let note = try await stage.shell("\(curl) \(arguments) \(scheme)://localhost:\(port)/\(length)").output
    return (note, try folder.bytes("got"))
  }
}
