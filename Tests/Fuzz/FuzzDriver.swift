import JSON

/// Compiled into the module HTTP by Tests/Fuzz/run. The first byte of an input chooses what reads the rest; a trap or a
/// broken invariant is a finding.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzOneInput(_ start: UnsafePointer<UInt8>, _ count: Int) -> CInt {
  let input = unsafe Array(UnsafeBufferPointer(start: start, count: count))
  guard let choice = input.first else { return 0 }
  let bytes = Array(input.dropFirst())
  switch choice % 5 {
  case 0: checkRequest(bytes)
  case 1: checkResponse(bytes)
  case 2: checkChunks(bytes)
  case 3: checkJSON(bytes)
  default: readFields(bytes)
  }
  return 0
}

/// Pieces change nothing, and what was accepted is accepted again when it is written out.
private func checkRequest(_ bytes: [UInt8]) {
  let whole = parseRequest(bytes, cut: bytes.count)
  for cut in [1, bytes.count / 2, bytes.count - 1] where cut > 0 && cut < bytes.count {
    precondition(parseRequest(bytes, cut: cut)?.target == whole?.target, "a cut at \(cut) changes the request")
  }
  guard let whole, whole.method != .other else { return }
  let line = whole.method.rawValue + " " + whole.target.text + (whole.version == .http10 ? " HTTP/1.0" : " HTTP/1.1")
  let again = parseRequest(Array(line.utf8) + [13, 10] + whole.fields.bytes + [13, 10], cut: 0)
  precondition(again?.target == whole.target && again?.fields.bytes == whole.fields.bytes, "not the same when sent on")
  precondition(again?.framing == whole.framing, "another framing when sent on")
  precondition(again?.keepsAlive == whole.keepsAlive, "another end of the connection when sent on")
}

private func parseRequest(_ bytes: [UInt8], cut: Int) -> Request? {
  var parser = RequestParser()
  let request = Request()
  let start = Array(bytes[..<cut])
  do {
    if case .complete = try parser.parse(start.span, into: request) { return request }
    if case .complete = try parser.parse(bytes.span, into: request) { return request }
  } catch {}
  return nil
}

private func checkResponse(_ bytes: [UInt8]) {
  var parser = ResponseParser(to: .get)
  guard case .complete(let head, let consumed)? = try? parser.parse(bytes.span) else { return }
  precondition(consumed <= bytes.count && head.status.code >= 100 && head.status.code < 600)
}

private func checkChunks(_ bytes: [UInt8]) {
  let whole = decode(bytes, cut: bytes.count)
  for cut in 0..<min(bytes.count, 64) {
    precondition(decode(bytes, cut: cut) == whole, "a cut at \(cut) changes the content")
  }
}

private func decode(_ bytes: [UInt8], cut: Int) -> [UInt8]? {
  var decoder = ChunkedDecoder()
  var output: [UInt8] = []
  let (start, rest) = (Array(bytes[..<cut]), Array(bytes[cut...]))
  do {
    if try decoder.decode(start.span, into: &output) != .needsMore { return output }
    return try decoder.decode(rest.span, into: &output) == .needsMore ? nil : output
  } catch {
    return nil
  }
}

private func checkJSON(_ bytes: [UInt8]) {
  var scanner = JSONScanner()
  try? scanner.skip(bytes.span)
  precondition(scanner.offset <= bytes.count)
}

/// Whatever a field holds, reading it neither traps nor lies about its bounds.
private func readFields(_ bytes: [UInt8]) {
  let slice = bytes[...]
  for tag in ETagList(slice) { precondition(ETag(parsing: tag.bytes) == tag) }
  for length in [0, 1, 1_000] {
    guard case .partial(let ranges) = RangeSelection(slice, length: length) else { continue }
    for range in ranges { precondition(range.first >= 0 && range.count > 0 && range.last < length) }
  }
  if let date = HTTPDate(slice) { precondition(HTTPDate(date.description.utf8) == date) }
  _ = CacheControl(slice.text)
  var fields = Fields()
  fields.append(.cdnCacheControl, slice)
  _ = CacheControl(targeted: fields)
  _ = MediaType(slice.text)
  _ = ContentDisposition.attachment(slice.text)
  for item in QueryItems(slice) { _ = item.name + item.value }
  if let address = IPAddress(slice.text) { precondition(IPAddress(address.description) == address) }
  if let id = UUIDv4(slice) { precondition(UUIDv4(id.description) == id) }
}
