@testable import Edge
import FoundationEssentials
import HTTP
import Loop
import Support
import Testing

@Suite struct `A file of the disk tier` {
  private static let now = Instant(nanoseconds: 1_000_000_000)

  private func record(_ length: Int) throws -> [UInt8] {
    let answer = StoredAnswer(
      CacheKey(bytes: Array("/a".utf8)), .none, .ok, origin: Fields(), fields: Fields(),
      StoredContent(Array(repeating: 1, count: length)),
      Freshness(.init(lifetime: .seconds(60)), age: .seconds(7), received: Self.now), askedAt: Self.now)
    return try DiskRecord(answer, [1], at: Self.now).encoded()
  }

  private func read(_ bytes: [UInt8]) throws -> DiskRecord {
    let folder = try TemporaryFolder()
    defer { folder.remove() }
    try folder.write(bytes, to: "file")
    return try DiskRecord.read(from: DiskFile(reading: "\(folder.path)/file"))
  }

  @Test func `is one only if its record is whole and right, and its content as long as it says`() throws {
    let content = Array(repeating: UInt8(1), count: 100)
    let whole = content + (try record(100))
    #expect(try read(whole).length == 100)
    for index in 100..<whole.count {
      var damaged = whole
      damaged[index] ^= 1
      #expect(throws: (any Error).self, "byte \(index)") { try read(damaged) }
    }
    for count in [0, 15, 99, 100, 101, whole.count - 1] {
      #expect(throws: (any Error).self, "\(count) bytes") { try read(Array(whole[..<count])) }
    }
    #expect(throws: (any Error).self) { try read([1] + whole) }
    #expect(throws: (any Error).self) { try read(Array(whole.dropFirst())) }
  }

  @Test func `gives an answer that has grown older while no process was there`() throws {
    let disk = DiskStore(in: "/nonexistent", room: 1 << 20)
    let json = try record(100).dropLast(16).text
    let saved = try #require(json.firstRange(of: "\"savedAtNs\":"))
    let number = json[saved.upperBound...].prefix { $0.isNumber }
    let earlier = try #require(Int64(number)) - 20_000_000_000
    let older = json.replacing(number, with: "\(earlier)")
    let found = try JSONDecoder().decode(DiskRecord.self, from: Data(older.utf8))
    try EventLoop().run {
      let file = KeptFile("/nonexistent/1", length: 100, [1], disk.admit(CacheKey(bytes: [])), of: disk)
      #expect(found.answer(file, at: Self.now)?.freshness.ageSeconds(at: Self.now) == 27)
    }
  }
}
