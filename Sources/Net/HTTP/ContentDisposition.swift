/// Names the file that a download becomes. Source: RFC 6266, RFC 8187.
package enum ContentDisposition {
  /// The last component of the name, with an ASCII form for old clients and the true one beside it when they differ.
  package static func attachment(_ fileName: String) -> String {
    let name = clean(fileName)
    let plain = name.utf8.allSatisfy { $0 < 0x80 }
    let ascii = String(decoding: name.unicodeScalars.map { $0.isASCII ? UInt8($0.value) : 0x5F }, as: UTF8.self)
    return "attachment; filename=\"\(ascii)\"" + (plain ? "" : "; filename*=UTF-8''\(PercentEncoding.encode(name))")
  }

  /// No path, no quote or backslash to end the string early, no control characters.
  private static func clean(_ fileName: String) -> String {
    let last = fileName.split(whereSeparator: { $0 == "/" || $0 == "\\" }).last ?? ""
    let scalars = last.unicodeScalars.filter { $0.value >= 0x20 && $0 != "\u{7F}" && $0 != "\"" && $0 != "%" }
    let name = String(String.UnicodeScalarView(scalars))
    return name.isEmpty || name.allSatisfy { $0 == "." } ? "download" : name
  }
}
