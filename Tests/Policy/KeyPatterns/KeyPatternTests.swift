import KeyPatterns
import Testing

@Suite struct `A pattern over keys` {
  private func matches(_ key: String, _ pattern: String) throws -> Bool {
    try KeyPattern(pattern).matches(key.utf8Span.span)
  }

  @Test func `without a star is the key itself`() throws {
    #expect(try matches("a/b.zip", "a/b.zip"))
    #expect(try !matches("a/b.zip.exe", "a/b.zip") && !matches("a/b", "a/b.zip"))
  }

  @Test func `takes one star for a part of a segment, and two for anything, but neither for nothing`() throws {
    #expect(try matches("a/b.zip", "a/*.zip") && !matches("a/b/c.zip", "a/*.zip") && !matches("a/.zip", "a/*.zip"))
    #expect(try matches("a/b/c.zip", "a/**.zip") && !matches("a/", "a/**"))
  }

  @Test(arguments: ["", "*\(String(repeating: "x", count: 63))"])
  func `that is empty or too long is refused`(_ pattern: String) {
    #expect(throws: KeyPatternMalformed.self) { try KeyPattern(pattern) }
  }
}
