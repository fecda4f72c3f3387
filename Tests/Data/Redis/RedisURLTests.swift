import Loop
import Redis
import Testing

@Suite struct `Redis URLs` {
  @Test func `host, port, database and credentials are read`() throws {
    let url = try RedisURL("rediss://edge:p%40ss%3Aword@cache.example:6380/3")
    #expect(url.endpoint == .tcp(host: "cache.example", port: 6380))
    #expect(url.usesTLS)
    #expect(url.user == "edge")
    #expect(url.password == "p@ss:word")
    #expect(url.database == 3)
  }

  @Test func `a host alone means port 6379, database 0, no sign-in, no TLS`() throws {
    let url = try RedisURL("redis://localhost")
    #expect(url.endpoint == .tcp(host: "localhost", port: 6379))
    #expect(!url.usesTLS && url.user == nil && url.password == nil && url.database == 0)
  }

  @Test func `an IPv6 address stands in brackets`() throws {
    #expect(try RedisURL("redis://[::1]:7000/").endpoint == .tcp(host: "::1", port: 7000))
    #expect(try RedisURL("redis://[::1]").endpoint == .tcp(host: "::1", port: 6379))
  }

  @Test func `a password needs no user`() throws {
    let url = try RedisURL("redis://:secret@h")
    #expect(url.user == nil && url.password == "secret")
  }

  @Test func `a socket takes its database from the query`() throws {
    let url = try RedisURL("unix:///run/redis/edge.sock?db=2&password=x")
    #expect(url.endpoint == .unix(path: "/run/redis/edge.sock"))
    #expect(url.database == 2 && url.password == "x")
  }

  @Test(arguments: [
    "", "localhost:6379", "http://h", "redis://", "redis://h:0", "redis://h:99999", "redis://h/x", "unix://relative",
    "redis://:%4@h", "redis://:%zz@h", "redis://h?colour=red",
  ])
  func `what is not such a URL is refused without repeating it`(text: String) {
    #expect(throws: RedisURL.Malformed.self) { try RedisURL(text) }
  }
}
