import HTTP
import Signing
import Support
import Testing

/// `moviesnow presign`, over each case of Tests/Vectors/sigv4.json.
@Suite struct `Presigning from the shell` {
  @Test(arguments: Case.all)
  func `prints the URL that botocore made`(_ given: Case) throws {
    try Stage.run { stage in
      let environment = ["AWS_ACCESS_KEY_ID": given.access_key, "AWS_SECRET_ACCESS_KEY": given.secret_key]
      let printed = try await stage.run("moviesnow", try given.arguments, environment: environment)
      #expect(printed.status == 0 && printed.output == "\(given.url)\n")
    }
  }

  @Test func `without credentials says which to set`() throws {
    try Stage.run { stage in
      let refused = try await stage.run("moviesnow", ["presign", "--bucket", "films", "--key", "a"])
      #expect(refused.status != 0 && refused.output.contains("Set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY."))
    }
  }

  struct Case: Decodable, CustomStringConvertible {
    struct Document: Decodable { let vectors: [Case] }
    struct Place: Decodable { let Bucket: String, Key: String? }

    let id, method, region, addressing_style, access_key, secret_key, time, url, canonical_request: String
    let expires: Int
    let endpoint, session_token: String?
    let params: Place

    static let all = (try? Vectors.load("sigv4.json", as: Document.self))?.vectors ?? []

    var description: String { id }

    var arguments: [String] {
      get throws {
        var arguments = [
          "presign", "--method", method, "--region", region, "--bucket", params.Bucket, "--expires", "\(expires)",
          "--time", time, "--addressing", addressing_style,
        ]
        for (name, value) in [("--endpoint", endpoint), ("--key", params.Key), ("--session-token", session_token)] {
          if let value { arguments += [name, value] }
        }
        for item in try query { arguments += ["--query", item] }
        for field in fields { arguments += ["--header", field] }
        return arguments
      }
    }

    /// What stands before the signature's own parameters.
    private var query: [String] {
      get throws {
        let items = url.drop { $0 != "?" }.dropFirst().split(separator: "&").prefix {
          !$0.hasPrefix("X-Amz-Algorithm=")
        }
        return try items.map { String(decoding: try #require(PercentEncoding.decode($0)), as: UTF8.self) }
      }
    }

    /// The signed fields but `host`, which the command makes itself: they begin in the fourth line.
    private var fields: [String] {
      canonical_request.split(separator: "\n", omittingEmptySubsequences: false).dropFirst(3).prefix { !$0.isEmpty }
        .filter { !$0.hasPrefix("host:") }
        .map { line in
          let name = line.prefix { $0 != ":" }
          return "\(name)=\(line.dropFirst(name.count + 1))"
        }
    }
  }
}
