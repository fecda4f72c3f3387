internal import HTTP

/// Brings values of a field that mean the same into one form, so that they select one variant. Source: RFC 9111 §4.1.
enum FieldNormalisation {
  /// Lists of what is liked, each with its weight: their order and case mean nothing.
  private static let preferences: Set<FieldName> = [.acceptLanguage, "accept-charset"]

  /// Appends a colon and what the field says in all its lines; nothing when it is not there, which is another thing
  /// than to be there and empty.
  static func append(_ name: FieldName, of fields: Fields, to key: inout [UInt8]) {
    guard let value = fields.bytes(name) else { return }
    key.append(UInt8(ascii: ":"))
    if preferences.contains(name) {
      let items = (fields.combined(name) ?? "").lowercased().utf8.split(separator: UInt8(ascii: ","))
      let plain = items.map { item in item.filter { !$0.isOWS } }.filter { !$0.isEmpty }
      for item in plain.sorted(by: { $0.lexicographicallyPrecedes($1) }) { key += item + [UInt8(ascii: ",")] }
    } else if fields.count(of: name) > 1 {
      appendPlain(Array((fields.combined(name) ?? "").utf8)[...], to: &key)
    } else {
      appendPlain(value, to: &key)
    }
  }

  /// White space around a list's commas means nothing, outside quotes. Any other may mean something.
  private static func appendPlain(_ value: ArraySlice<UInt8>, to key: inout [UInt8]) {
    var (isQuoted, isEscaped, isStart) = (false, false, true)
    var end = value.startIndex
    for (index, byte) in zip(value.indices, value) {
      if byte.isOWS, !isQuoted { continue }
      if byte == UInt8(ascii: "\""), !isEscaped { isQuoted.toggle() }
      isEscaped = byte == UInt8(ascii: "\\") && isQuoted && !isEscaped
      let isComma = byte == UInt8(ascii: ",") && !isQuoted
      if !isComma, !isStart { key += value[end..<index] }
      key.append(byte)
      (end, isStart) = (index + 1, isComma)
    }
  }
}
