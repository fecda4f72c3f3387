/// Writes S3's documents: elements, text, nothing else.
package struct XMLWriter {
  package private(set) var bytes = Array("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n".utf8)

  package init() {}

  /// A document with S3's namespace on its root.
  package static func document(_ root: String, _ content: (inout XMLWriter) -> Void) -> [UInt8] {
    var writer = XMLWriter()
    writer.append("<\(root) xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\">")
    content(&writer)
    writer.append("</\(root)>")
    return writer.bytes
  }

  /// An error's document, which has no namespace.
  package static func error(_ content: (inout XMLWriter) -> Void) -> [UInt8] {
    var writer = XMLWriter()
    writer.element("Error", content)
    return writer.bytes
  }

  package mutating func element(_ name: String, _ content: (inout XMLWriter) -> Void) {
    append("<\(name)>")
    content(&self)
    append("</\(name)>")
  }

  package mutating func element(_ name: String, _ text: String) {
    append("<\(name)>")
    for scalar in text.unicodeScalars { append(scalar) }
    append("</\(name)>")
  }

  private mutating func append(_ scalar: Unicode.Scalar) {
    switch scalar {
    case "<": append("&lt;")
    case ">": append("&gt;")
    case "&": append("&amp;")
    case "\"": append("&quot;")
    // XML 1.0 has no text for the other controls: clients with such keys ask for `encoding-type=url`.
    case "\u{0}"..<"\u{20}" where scalar != "\n" && scalar != "\t" && scalar != "\r": append("\u{FFFD}")
    case "\r": append("&#13;")
    default: append(String(scalar))
    }
  }

  private mutating func append(_ text: String) { bytes.append(contentsOf: text.utf8) }
}
