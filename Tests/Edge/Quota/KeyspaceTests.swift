import Edge
import Publication
import Testing

@Suite struct `A key's quota` {
  @Test func `is chosen by the first folder`() {
    #expect(StorageKey("bundles/a/S01.zip")?.keyspace == .bundles)
    #expect(StorageKey("downloads/a/extras/b.zip")?.keyspace == .downloads)
  }
}
