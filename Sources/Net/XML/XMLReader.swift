/// Reads the documents that S3's clients and stores send: elements and text. A DTD, a processing instruction, a
/// comment, CDATA or an entity other than XML's own five is refused, so that nothing in a document can refer to
/// anything outside it.
package struct XMLReader {
  package struct Malformed: Error {}

  /// Levels; a listing has four.
  private static let deepest = 8

  private let bytes: [UInt8]
  private var index = 0

  package static func read(_ bytes: [UInt8]) throws(Malformed) -> XMLElement {
    guard String(validating: bytes, as: UTF8.self) != nil else { throw Malformed() }
    var reader = XMLReader(bytes: bytes)
    reader.skip([0xEF, 0xBB, 0xBF])
    try reader.skipDeclaration()
    reader.skipSpace()
    let root = try reader.element(depth: 1)
    reader.skipSpace()
    guard reader.index == bytes.count else { throw Malformed() }
    return root
  }

  private init(bytes: [UInt8]) { self.bytes = bytes }

  private mutating func element(depth: Int) throws(Malformed) -> XMLElement {
    guard depth <= Self.deepest, skip("<") else { throw Malformed() }
    var element = XMLElement(name: try name())
    try skipAttributes()
    if skip("/>") { return element }
    guard skip(">") else { throw Malformed() }
    var text: [UInt8] = []
    while !skip("</") {
      guard let byte = peek else { throw Malformed() }
      switch byte {
      case UInt8(ascii: "<"): element.children.append(try self.element(depth: depth + 1))
      case UInt8(ascii: "&"): try appendEntity(to: &text)
      default:
        text.append(byte)
        index += 1
      }
    }
    guard try name() == element.name else { throw Malformed() }
    skipSpace()
    guard skip(">") else { throw Malformed() }
    element.text = String(decoding: text, as: UTF8.self)
    return element
  }

  /// Without its prefix: the names are unique in S3's documents.
  private mutating func name() throws(Malformed) -> String {
    let start = index
    while let byte = peek, byte.isXMLNameByte { index += 1 }
    guard index > start else { throw Malformed() }
    let name = String(decoding: bytes[start..<index], as: UTF8.self)
    return name.split(separator: ":").last.map(String.init) ?? name
  }

  /// Namespaces, which say nothing that the names do not.
  private mutating func skipAttributes() throws(Malformed) {
    while true {
      let before = index
      skipSpace()
      guard let byte = peek, byte.isXMLNameByte else { return }
      guard index > before else { throw Malformed() }
      _ = try name()
      guard skip("="), let quote = peek, quote == UInt8(ascii: "\"") || quote == UInt8(ascii: "'") else {
        throw Malformed()
      }
      index += 1
      while let byte = peek, byte != quote {
        guard byte != UInt8(ascii: "<") else { throw Malformed() }
        index += 1
      }
      guard peek == quote else { throw Malformed() }
      index += 1
    }
  }

  private mutating func appendEntity(to text: inout [UInt8]) throws(Malformed) {
    for (entity, character) in Self.entities where skip(entity) { return text.append(character) }
    guard skip("&#") else { throw Malformed() }
    let radix = skip("x") ? 16 : 10
    let start = index
    while let byte = peek, byte != UInt8(ascii: ";"), index - start < 8 { index += 1 }
    let digits = String(decoding: bytes[start..<index], as: UTF8.self)
    guard skip(";"), let code = UInt32(digits, radix: radix), let scalar = Unicode.Scalar(code), code != 0 else {
      throw Malformed()
    }
    text.append(contentsOf: String(scalar).utf8)
  }

  private static let entities: [(String, UInt8)] = [
    ("&lt;", UInt8(ascii: "<")), ("&gt;", UInt8(ascii: ">")), ("&amp;", UInt8(ascii: "&")),
    ("&quot;", UInt8(ascii: "\"")), ("&apos;", UInt8(ascii: "'")),
  ]

  private mutating func skipDeclaration() throws(Malformed) {
    guard skip("<?xml ") else { return }
    while !skip("?>") {
      guard let byte = peek, byte != UInt8(ascii: "<") else { throw Malformed() }
      index += 1
    }
  }

  private var peek: UInt8? { index < bytes.count ? bytes[index] : nil }

  private mutating func skipSpace() {
    while let byte = peek, byte == 0x20 || byte == 0x09 || byte == 0x0A || byte == 0x0D { index += 1 }
  }

  /// True when these bytes come next; they are passed.
  @discardableResult
  private mutating func skip(_ expected: some Collection<UInt8>) -> Bool {
    guard bytes[index...].starts(with: expected) else { return false }
    index += expected.count
    return true
  }

  private mutating func skip(_ expected: String) -> Bool { skip(expected.utf8) }
}

extension UInt8 {
  fileprivate var isXMLNameByte: Bool {
    switch self {
    case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, 0x2D, 0x2E, 0x3A, 0x5F, 0x80...0xFF: true
    default: false
    }
  }
}
