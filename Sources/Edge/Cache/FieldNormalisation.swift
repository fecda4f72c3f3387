internal import HTTP

/// Brings values of a field that mean the same into one form, so that they select one variant. Source: RFC 9111 §4.1.
enum FieldNormalisation {
  /// Lists of what is liked, each with its weight: their order and case mean nothing.
  private static let preferences: Set<FieldName> = [.acceptLanguage, "accept-charset"]

  /// Appends what the field says in all its lines; nothing when it is not there.
  static func append(_ name: FieldName, of fields: Fields, to key: inout [UInt8]) {
    guard let value = fields.bytes(name) else { return }
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

  /// White space around a list's commas means nothing, outside quotes.
  private static func appendPlain(_ value: ArraySlice<UInt8>, to key: inout [UInt8]) {
    var isQuoted = false
    var spaces = 0
    var isStart = true
    for byte in value {
      if byte.isOWS, !isQuoted {
        spaces += 1
        continue
      }
      if byte == UInt8(ascii: "\"") { isQuoted.toggle() }
      let isComma = byte == UInt8(ascii: ",") && !isQuoted
      if !isComma, !isStart, spaces > 0 { key.append(0x20) }
      key.append(byte)
      (spaces, isStart) = (0, isComma)
    }
  }
}
