import Testing

@testable import Redis

@Suite struct `Redis replies` {
  @Test func `every kind becomes its value`() throws {
    let values = try read("+OK\r\n:-7\r\n$3\r\na\u{0}b\r\n$-1\r\n*2\r\n:1\r\n*1\r\n$0\r\n\r\n-WRONGTYPE not a list\r\n")
    #expect(
      values == [
        .status("OK"), .integer(-7), .bytes([97, 0, 98]), .null, .array([.integer(1), .array([.bytes([])])]),
        .failure(RedisRefusal("WRONGTYPE not a list")),
      ])
  }

  @Test func `a reply may arrive byte by byte`() throws {
    let reader = ReplyReader()
    var values: [RedisValue] = []
    for byte in Array("*2\r\n$5\r\nhello\r\n:42\r\n+PONG\r\n".utf8) {
      reader.feed([byte].span)
      while let value = try reader.next() { values.append(value) }
    }
    #expect(values == [.array([.bytes(Array("hello".utf8)), .integer(42)]), .status("PONG")])
  }

  @Test func `what is not RESP is an error, and stays one`() {
    #expect(throws: ReplyReader.Garbled.self) { _ = try read("HTTP/1.1 400 Bad Request\r\n") }
  }

  @Test func `an error reply has its code apart`() {
    let refusal = RedisRefusal("NOSCRIPT No matching script.")
    #expect(refusal.code == "NOSCRIPT" && refusal.message == "No matching script.")
    #expect(RedisError.refused(RedisRefusal("LOADING wait")).isRetryable)
    #expect(!RedisError.refused(refusal).isRetryable)
  }

  @Test func `words are counted, never quoted`() {
    var wire: [UInt8] = []
    RedisCommand("SET", "a b\r\n", 12).append(to: &wire)
    #expect(String(decoding: wire, as: UTF8.self) == "*3\r\n$3\r\nSET\r\n$5\r\na b\r\n\r\n$2\r\n12\r\n")
  }

  private func read(_ text: String) throws -> [RedisValue] {
    let reader = ReplyReader()
    reader.feed(Array(text.utf8).span)
    var values: [RedisValue] = []
    while let value = try reader.next() { values.append(value) }
    return values
  }
}
