internal import HTTP

/// How far a question about the way itself may go. Source: RFC 9110 §7.6.2.
extension Request {
  /// Nil: as far as it takes, as for what is no number.
  var forwardsLeft: Int? {
    guard method == .trace || method == .options else { return nil }
    guard let value = fields.bytes(.maxForwards), value.allSatisfy(\.isDigit) else { return nil }
    return Int(value.text)
  }
}

extension Response {
  /// Of the hop that a request may not pass. What it was sent is nothing to send back: it may hold credentials.
  static func lastHop(_ request: Request) -> Response {
    if request.method == .options { return Response(.noContent).with(.allow, "GET, HEAD, OPTIONS") }
    return Problem(.methodNotAllowed).with(.allow, "GET, HEAD, OPTIONS").response(instance: request.id)
  }
}
