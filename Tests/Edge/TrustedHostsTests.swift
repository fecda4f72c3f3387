@testable import Edge
import HTTP
import Testing

@Suite struct `Trusted hosts` {
  private func trust(_ host: String?, _ patterns: String...) -> Bool {
    TrustedHosts(patterns).trust(Request(.get, "/", fields: host.map { [(.host, $0)] } ?? []))
  }

  @Test func `a name is trusted with any port and in any case`() {
    #expect(trust("films.example", "films.example") && trust("Films.Example:8443", "films.example"))
    #expect(trust("[::1]:80", "[::1]"))
    #expect(!trust("films.example.evil.test", "films.example") && !trust("evil.test", "films.example"))
    #expect(!trust(nil, "films.example") && !trust("", "films.example"))
  }

  @Test func `a star stands for all names below one, and alone for any`() {
    #expect(trust("eu.films.example", "*.films.example") && !trust("films.example", "*.films.example"))
    #expect(!trust("evilfilms.example", "*.films.example"))
    #expect(trust("anything", "*"))
  }
}
