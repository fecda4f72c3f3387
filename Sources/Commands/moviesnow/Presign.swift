internal import ArgumentParser
internal import FoundationEssentials
internal import Signing

struct Presign: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Print a presigned S3 URL.",
    discussion: "Credentials come from AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY.")

  @Option(help: "The HTTP method the URL is for.")
  var method = "GET"

  @Option(help: "scheme://host[:port] of the object store; without it, AWS.")
  var endpoint: String?

  @Option(help: "The region in the signature's scope.")
  var region = "us-east-1"

  @Option var bucket: String

  @Option(parsing: .unconditional, help: "The object's key, unencoded; without it, the URL is the bucket's.")
  var key: String?

  @Option(help: "Seconds the URL is valid, 1 to 604800.")
  var expires = 3_600

  @Option(help: "When it is signed, ISO 8601 in UTC (20130524T000000Z or 2013-05-24T00:00:00Z); without it, now.")
  var time: String?

  @Option(help: "Where the bucket's name stands: path, virtual or auto.")
  var addressing = S3Addressing.path

  @Option(help: "The token that came with temporary credentials.")
  var sessionToken: String?

  @Option(parsing: .upToNextOption, help: "More query parameters, name=value, unencoded.")
  var query: [SigV4Field] = []

  @Option(parsing: .upToNextOption, help: "Header fields to sign, name=value; the client must send them.")
  var header: [SigV4Field] = []

  func run() throws {
    guard let address = S3Address(endpoint: endpoint, region: region, bucket: bucket, addressing: addressing) else {
      throw ValidationError("--endpoint must be http(s)://host[:port], not '\(endpoint ?? "")'.")
    }
    guard (1...604_800).contains(expires) else { throw ValidationError("--expires must be 1 to 604800 seconds.") }
    let request = SigV4Request(method, address, key: key, query: query, headers: header)
    var signer = SigV4Signer(credentials: try credentials(), region: region)
    print(signer.presign(request, expiresSeconds: expires, at: try unixSeconds()))
  }

  private func credentials() throws -> SigV4Credentials {
    let environment = ProcessInfo.processInfo.environment
    guard let id = environment["AWS_ACCESS_KEY_ID"], let secret = environment["AWS_SECRET_ACCESS_KEY"] else {
      throw ValidationError("Set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY.")
    }
    return SigV4Credentials(accessKeyID: id, secretAccessKey: secret, sessionToken: sessionToken)
  }

  private func unixSeconds() throws -> Int64 {
    guard let time else { return CivilTime.nowUnixSeconds }
    guard let civil = CivilTime(iso8601: time) else {
      throw ValidationError("--time must be like 20130524T000000Z or 2013-05-24T00:00:00Z, not '\(time)'.")
    }
    return civil.unixSeconds
  }
}

extension S3Addressing: ExpressibleByArgument {}

extension SigV4Field: ExpressibleByArgument {
  /// `name=value`; the value may hold more of `=`.
  package init?(argument: String) {
    guard let equals = argument.firstIndex(of: "="), equals != argument.startIndex else { return nil }
    self.init(String(argument[..<equals]), String(argument[argument.index(after: equals)...]))
  }
}
