internal import ArgumentParser
internal import FoundationEssentials
internal import Invocation
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

  @Option(help: "The bucket's name.")
  var bucket: String

  @Option(parsing: .unconditional, help: "The object's key, unencoded; without it, the URL is the bucket's.")
  var key: String?

  @Option(help: "Seconds the URL is valid, 1 to 604800.")
  var expires = 3_600

  @Option(help: "When it is signed, ISO 8601 in UTC (20130524T000000Z or 2013-05-24T00:00:00Z); without it, now.")
  var time: CivilTime?

  @Option(help: "Where the bucket's name stands: path, virtual or auto.")
  var addressing = S3Addressing.path

  @Option(help: "The token that came with temporary credentials.")
  var sessionToken: String?

  @Option(parsing: .upToNextOption, help: "More query parameters, name=value, unencoded.")
  var query: [SigV4Field] = []

  @Option(parsing: .upToNextOption, help: "Header fields to sign, name=value; the client must send them.")
  var header: [SigV4Field] = []

  func validate() throws {
    guard address != nil else {
      throw ValidationError("--endpoint must be http(s)://host[:port], not '\(endpoint ?? "")'.")
    }
    guard (1...604_800).contains(expires) else { throw ValidationError("--expires must be 1 to 604800 seconds.") }
  }

  func run() throws {
    guard let address else { return }
    let request = SigV4Request(method, address, key: key, query: query, headers: header)
    var signer = SigV4Signer(credentials: try credentials(), region: region)
    print(signer.presign(request, expiresSeconds: expires, at: time?.unixSeconds ?? CivilTime.nowUnixSeconds))
  }

  private var address: S3Address? {
    S3Address(endpoint: endpoint, region: region, bucket: bucket, addressing: addressing)
  }

  private func credentials() throws -> SigV4Credentials {
    let environment = ProcessInfo.processInfo.environment
    guard let id = environment["AWS_ACCESS_KEY_ID"], let secret = environment["AWS_SECRET_ACCESS_KEY"] else {
      throw CommandFailure("Set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY.")
    }
    return SigV4Credentials(accessKeyID: id, secretAccessKey: secret, sessionToken: sessionToken)
  }
}
