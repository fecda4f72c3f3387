@testable import Edge
import HTTP
import Publication
import Testing

@Suite struct `A cache key` {
  private func key(_ target: String) -> String? {
    var writer = CacheKeyWriter(.own(nil))
    return writer.key(of: Request(.get, target, fields: [(.host, "films.example")]))?.target
  }

  @Test func `neither the host nor the caller's key is part of it, however the key is spelled`() {
    #expect(key("/titles") == "/titles")
    #expect(key("/titles?") == "/titles")
    #expect(key("/titles?api_key=secret") == "/titles")
    #expect(key("/titles?page=2&api%5Fkey=secret&q=a") == "/titles?page=2&q=a")
  }

  @Test(arguments: 0..<9) func `finds its shard with the others evenly, wherever in it they differ`(length: Int) {
    var counts = [Int](repeating: 0, count: 16)
    for number in 10_000..<20_000 {
      let key = CacheKey(bytes: Array(("/titles/" + String(repeating: "x", count: length) + "\(number)").utf8))
      counts[key.place(among: 16)] += 1
    }
    #expect(counts.allSatisfy { 450...800 ~= $0 }, "\(counts)")
  }

  @Test func `items are ordered by their names, and those of one name stay as they came`() {
    #expect(key("/titles?q=x&page=2") == "/titles?page=2&q=x")
    #expect(key("/titles?genres=b&a=1&genres=a&&") == "/titles?a=1&genres=b&genres=a")
    #expect(key("/titles?ab=1&a=2") == "/titles?a=2&ab=1")
  }

  @Test func `a query of very many items is not cached`() {
    let items = (0..<33).map { "a\($0)=1" }
    #expect(key("/titles?" + items.joined(separator: "&")) == nil)
    #expect(key("/titles?" + items.dropLast().joined(separator: "&")) != nil)
  }

  @Test func `before a stranger the target counts as it came, and the host with it`() {
    var writer = CacheKeyWriter(.stranger)
    func key(_ target: String, on host: String) -> CacheKey? {
      writer.key(of: Request(.get, target, fields: [(.host, host)]))
    }
    #expect(key("/a?q=x&api_key=1", on: "a.example")?.target == "/a?q=x&api_key=1")
    #expect(key("/a?b&a", on: "a.example") != key("/a?a&b", on: "a.example"))
    #expect(key("/a", on: "a.example") == key("/a", on: "A.Example") && key("/a", on: "a") != key("/a", on: "b"))
  }

  @Test func `a key that was kept is not touched by the next one`() {
    var writer = CacheKeyWriter(.own(nil))
    let first = writer.key(of: Request(.get, "/a?b=1"))
    let second = writer.key(of: Request(.get, "/c"))
    #expect(first?.target == "/a?b=1" && second?.target == "/c" && first != second)
  }
}

@Suite struct `What selects a variant, RFC 9111 §4.1` {
  private func variation(_ pairs: (FieldName, String)...) -> Variation? {
    var fields = Fields()
    for (name, value) in pairs { fields.append(name, value) }
    return Variation(fields)
  }

  private func selection(_ variation: Variation?, country: String? = nil, _ fields: (FieldName, String)...) -> [UInt8] {
    var key: [UInt8] = []
    let request = Request(.get, "/", fields: fields)
    variation?.appendSelection(of: request.fields, country: { country.flatMap { CountryCode($0) } }, to: &key)
    return key
  }

  @Test func `without Vary all callers get the same`() {
    #expect(variation()?.isNone == true)
    #expect(variation((.vary, "Accept-Encoding"))?.isNone == true)
    #expect(variation((.vary, "*")) == nil)
    #expect(variation((.vary, "origin"), (.vary, "accept, *")) == nil)
  }

  @Test func `the fields that Vary names select, in any case, and their absence too`() {
    let varied = variation((.vary, "Origin,  ACCEPT"))
    #expect(varied == variation((.vary, "origin"), (.vary, "accept")))
    #expect(selection(varied, (.origin, "a")) == selection(varied, (.origin, "a"), (.userAgent, "x")))
    #expect(selection(varied, (.origin, "a")) != selection(varied, (.accept, "a")))
    #expect(selection(varied, (.origin, "a")) != selection(varied))
    #expect(selection(varied, (.origin, "")) != selection(varied))
    #expect(variation((.vary, "accept, Accept")) == variation((.vary, "accept")))
    let byLanguage = variation((.vary, "accept-language"))
    #expect(selection(byLanguage, (.acceptLanguage, "de, en")) == selection(byLanguage, (.acceptLanguage, "EN,de")))
    #expect(selection(varied, (.accept, "a"), (.accept, "b")) == selection(varied, (.accept, "a, b")))
  }

  @Test func `white space around commas selects nothing, and any other does`() {
    let varied = variation((.vary, "x-key"))
    func selected(_ value: String) -> [UInt8] { selection(varied, ("x-key", value)) }
    #expect(selected("a,b") == selected("a ,  b"))
    #expect(selected("a b") != selected("a  b") && selected("a b") != selected("ab"))
    #expect(selected(#""a,b""#) != selected(#""a, b""#))
    #expect(selected(#""a\", b""#) != selected(#""a\",b""#))
  }

  @Test func `the country selects where the origin says so`() {
    let byCountry = variation((.edgeReuse, "public-key, country"))
    #expect(byCountry?.isNone == false)
    #expect(selection(byCountry, country: "DE") != selection(byCountry, country: "US"))
    #expect(selection(byCountry, country: "DE") != selection(byCountry))
    #expect(selection(byCountry, country: "DE") == selection(byCountry, country: "DE", (.origin, "a")))
  }
}
