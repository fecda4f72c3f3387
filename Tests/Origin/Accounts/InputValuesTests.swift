import Testing

@testable import Accounts

@Suite struct `What accounts take in` {
  @Test(arguments: ["ada@example.org", "a.b+tag@sub.example.org", "ünï@example.org"])
  func `an address is accepted`(text: String) { #expect(Email(text)?.text == text) }

  @Test(arguments: [
    "", "ada", "@example.org", "ada@", "ada@localhost", "ada@.org", "a b@example.org", "ada@exa mple.org",
    "ada@-x.org", ".ada@example.org", "a\r\nBcc: b@example.org", "a<b>@example.org",
  ])
  func `anything else is refused`(text: String) { #expect(Email(text) == nil) }

  @Test func `a password is long enough and is never printed`() {
    #expect(Password("") == nil && Password("seven77") == nil && Password("eight888") != nil)
    #expect(Password(String(repeating: "x", count: 1_025)) == nil)
    #expect("\(Password("eight888")!)" == "(password)")
  }
}
