import HTTP

/// Parses a whole head; the error when it is refused.
func parse(_ text: String, into request: Request = Request()) throws(ParseError) -> Request {
  var parser = RequestParser()
  let bytes = Array(text.utf8)
  guard case .complete = try parser.parse(bytes.span, into: request) else { throw .badStartLine }
  return request
}

func refusal(_ text: String) -> ParseError? {
  do {
    _ = try parse(text)
    return nil
  } catch {
    return error
  }
}

/// A head with one Host and these fields.
func head(_ fields: String..., version: String = "1.1") -> String {
  "POST /a HTTP/\(version)\r\nHost: h\r\n" + fields.map { $0 + "\r\n" }.joined() + "\r\n"
}

extension Fields {
  init(_ pairs: KeyValuePairs<FieldName, String>) {
    self.init()
    for (name, value) in pairs { append(name, value) }
  }
}
