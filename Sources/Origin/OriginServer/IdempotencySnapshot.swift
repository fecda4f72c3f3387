internal import HTTP
internal import Signing

/// What Redis keeps under an Idempotency-Key: which request came first and, once there is one, its answer.
///
/// Neither digest nor answer is in clear. Both are made with the server's secret, and the answer also with the request
/// itself, password included: whoever reads Redis finds no token and has nothing to try passwords against.
struct IdempotencySnapshot {
  /// Stands alone while this request runs. No other request's is equal, however alike they are.
  let claim: [UInt8]
  /// In front of the claim, and of the sealed answer that takes its place.
  private let fingerprint: [UInt8]
  private let cipher: AuthenticatedCipher

  init(of request: Request, named name: String, secret: HMAC<SHA256>) {
    let subject = [0] + Array(name.utf8) + [0] + request.target + [0] + request.body
    fingerprint = secret.sign(Array("request".utf8) + subject).bytes
    claim = fingerprint + RandomBytes.make(16)
    cipher = AuthenticatedCipher(key: secret.sign(Array("answer".utf8) + subject))
  }

  /// Nil for an answer that is not known whole.
  func keeping(_ response: Response) -> [UInt8]? {
    let body: [UInt8]
    switch response.body {
    case .none: body = []
    case .bytes(let bytes): body = bytes
    case .stream, .omitted: return nil
    }
    let head = Array("HTTP/1.1 \(response.status.code)\r\n".utf8) + response.fields.bytes + [0x0D, 0x0A]
    return fingerprint + cipher.seal(head + body)
  }

  /// The first answer, from what Redis had under the key.
  /// - Throws: `Problem` 422 when it belongs to another request, 409 while there is no answer yet.
  func answer(in kept: [UInt8]) throws(Problem) -> Response {
    guard kept.starts(with: fingerprint) else {
      throw Problem(.unprocessableContent, "This Idempotency-Key was used with another request")
    }
    guard let message = cipher.open(Array(kept[fingerprint.count...])), let answer = Self.parse(message) else {
      throw Problem(.conflict, "The first request with this Idempotency-Key is still running").with(.retryAfter, "1")
    }
    return answer
  }

  private static func parse(_ message: [UInt8]) -> Response? {
    var parser = ResponseParser(to: .get)
    guard case .complete(let head, let consumed)? = try? parser.parse(message.span) else { return nil }
    let body = Array(message[consumed...])
    return Response(head.status, fields: head.fields, body: body.isEmpty ? .none : .bytes(body))
  }
}
