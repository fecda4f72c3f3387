import Testing

/// The rules are only as good as what they read.
@Suite struct `Reading Swift` {
  @Test func `comments and strings are no code`() {
    let source = SwiftSource(path: "", text: "let a = \"Task {\" // Task {\n/* Task\n{ */ let b = #\"\"#\n")
    #expect(source.lines.map(\.tokens) == [["let", "a", "=", "\""], [], ["let", "b", "=", "\""], []])
    #expect(source.lines[0].comment == "// Task {")
  }

  @Test func `an interpolation may hold a string`() {
    let source = SwiftSource(path: "", text: #"let a = "x\(f("y"))z"; let b"#)
    #expect(source.lines[0].tokens == ["let", "a", "=", "\"", ";", "let", "b"])
  }

  @Test func `a function counts its code lines and not its comments`() {
    let source = SwiftSource(
      path: "", text: "func f(\n  a: Int\n) {\n  // why\n\n  g { }\n}\nfunc r()\nvar x: Int { 1 }\n")
    #expect(source.functions.map(\.codeLines) == [5])
    #expect(source.functions.map(\.name) == ["f"])
  }
}
