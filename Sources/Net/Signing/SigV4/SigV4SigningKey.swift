/// The key of one credential, day, region and service, with its HMAC states. Signing with it costs two short hashes.
/// Source: AWS, "Create a signed AWS API request", step 3.
struct SigV4SigningKey {
  /// Days since 1970-01-01.
  let dayNumber: Int64
  /// `20130524/us-east-1/s3/aws4_request`
  let scope: [UInt8]
  let key: HMAC<SHA256>

  init(secret: String, unixSeconds: Int64, region: String, service: String) {
    let day = String(decoding: CivilTime(unixSeconds: unixSeconds).basicFormat.prefix(8), as: UTF8.self)
    dayNumber = unixSeconds / 86_400
    scope = Array("\(day)/\(region)/\(service)/aws4_request".utf8)
    key = ["\(day)", region, service, "aws4_request"].reduce(HMAC(key: Array("AWS4\(secret)".utf8))) { key, part in
      HMAC(key: key.sign(part))
    }
  }

  func covers(_ unixSeconds: Int64) -> Bool { dayNumber == unixSeconds / 86_400 }

  /// `algorithm`, time, scope and the hash of what is signed, one a line.
  func appendStringToSign(_ algorithm: [UInt8], time: [UInt8], hash: Digest, to output: inout [UInt8]) {
    appendStringStart(algorithm, time: time, to: &output)
    hash.appendHex(to: &output)
  }

  /// All but the hash, which stays the same for a second.
  func appendStringStart(_ algorithm: [UInt8], time: [UInt8], to output: inout [UInt8]) {
    output.append(contentsOf: algorithm)
    output.append(UInt8(ascii: "\n"))
    output.append(contentsOf: time)
    output.append(UInt8(ascii: "\n"))
    output.append(contentsOf: scope)
    output.append(UInt8(ascii: "\n"))
  }
}
