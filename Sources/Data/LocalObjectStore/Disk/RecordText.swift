internal import Signing

/// A record as text: one `name value` a line, values percent-encoded, and the SHA-256 of all lines as the last one, so
/// that a damaged record is noticed instead of believed.
enum RecordText {
  struct Damaged: Error {}

  struct Field: Equatable, Sendable {
    var name: String
    var value: String

    init(_ name: String, _ value: String) {
      self.name = name
      self.value = value
    }
  }

  static func encode(_ fields: [Field]) -> [UInt8] {
    var text: [UInt8] = []
    for field in fields {
      text.append(contentsOf: "\(field.name) ".utf8)
      Signing.PercentEncoding.append(field.value, to: &text)
      text.append(UInt8(ascii: "\n"))
    }
    return text + Array("sha256 \(SHA256.hash(text).hex)\n".utf8)
  }

  static func decode(_ text: [UInt8]) throws(Damaged) -> [Field] {
    let sealCount = 72
    guard text.count > sealCount else { throw Damaged() }
    let body = Array(text.dropLast(sealCount))
    guard text.suffix(sealCount).elementsEqual("sha256 \(SHA256.hash(body).hex)\n".utf8) else { throw Damaged() }
    var fields: [Field] = []
    for line in String(decoding: body, as: UTF8.self).split(separator: "\n") {
      guard let space = line.firstIndex(of: " "),
        let value = Signing.PercentEncoding.decode(line[space...].dropFirst())
      else { throw Damaged() }
      fields.append(Field(String(line[..<space]), String(decoding: value, as: UTF8.self)))
    }
    return fields
  }
}

extension [RecordText.Field] {
  func value(_ name: String) throws(RecordText.Damaged) -> String {
    guard let field = first(where: { $0.name == name }) else { throw RecordText.Damaged() }
    return field.value
  }

  func number(_ name: String) throws(RecordText.Damaged) -> Int64 {
    guard let number = Int64(try value(name)) else { throw RecordText.Damaged() }
    return number
  }

  /// Every value of fields called `prefix` + rest, by that rest, in order.
  func under(_ prefix: String) -> [RecordText.Field] {
    filter { $0.name.hasPrefix(prefix) }.map { .init(String($0.name.dropFirst(prefix.count)), $0.value) }
  }
}
