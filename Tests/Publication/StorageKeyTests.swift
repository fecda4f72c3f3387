import Publication
import Testing

@Suite struct `Storage keys` {
  @Test(arguments: [
    "bundles/tears-of-steel/S01.zip", "downloads/a/extras/b (1).zip", "a/b+c=d@e.zip",
    String(repeating: "k", count: 1024),
  ])
  func `a key of allowed characters is taken as it is`(text: String) {
    #expect(StorageKey(text)?.text == text)
  }

  @Test(arguments: [
    "", " ", "/bundles/a.zip", "bundles/../secret.zip", "..", "bundles/./a.zip", "bundles/a.zip/", " a.zip", "a.zip ",
    "bundles/a?.zip", "bundles/ä.zip", "bundles/a%2e.zip", "bundles\\a.zip", "a\u{0}b", "a\nb",
    String(repeating: "k", count: 1025),
  ])
  func `what could be read as another key is refused`(text: String) {
    #expect(StorageKey(text) == nil)
  }

  @Test func `repeated slashes are folded, so that one object has one key`() {
    #expect(StorageKey("bundles//a///S01.zip")?.text == "bundles/a/S01.zip")
  }
}
