import Testing
import Vocabulary

@Suite struct `What a title is called` {
  @Test(arguments: ["a", "big-buck-bunny", "2001", "1-2-3", String(repeating: "a", count: 255)])
  func `a slug is words joined by hyphens`(text: String) {
    #expect(Slug(text)?.text == text)
  }

  @Test(arguments: [
    "", "-", "a-", "-a", "a--b", "A", "x y Z!", "a_b", "naïve", "a/b", String(repeating: "a", count: 256),
    "6f1c2a9e-4b7d-4d2e-9a55-0c3f8e1b7a64",
  ])
  func `anything else, and what looks like an id, is no slug`(text: String) {
    #expect(Slug(text) == nil)
  }

  @Test func `an id is lowered, and nothing shorter or longer is one`() {
    #expect(TitleID("6F1C2A9E-4B7D-4D2E-9A55-0C3F8E1B7A64")?.text == "6f1c2a9e-4b7d-4d2e-9a55-0c3f8e1b7a64")
    #expect(TitleID("6f1c2a9e4b7d4d2e9a550c3f8e1b7a64") == nil)
    #expect(TitleID("6f1c2a9e-4b7d-4d2e-9a55-0c3f8e1b7a6g") == nil)
    #expect(TitleID("6f1c2a9e-4b7d-4d2e-9a55-0c3f8e1b7a64 ") == nil)
  }

  @Test func `an address names an id, a slug, or nothing that can exist`() {
    #expect(TitleReference("6f1c2a9e-4b7d-4d2e-9a55-0c3f8e1b7a64") == .id(.example))
    #expect(TitleReference("Big-Buck-Bunny") == .slug(.example))
    #expect(TitleReference("no_slug") == .unknown)
    for malformed in ["", "a b", "a'b", "ä", String(repeating: "a", count: 129)] {
      #expect(TitleReference(malformed) == nil)
    }
  }
}
