internal import Compression
internal import FoundationEssentials
internal import HTTP
internal import Loop

/// What stands behind the content in a file of the disk tier: the answer around it, and the content's checksums. A file
/// without a whole record, as a process leaves that is killed while it writes, is none.
struct DiskRecord: Codable, Sendable {
  /// Of content, in bytes; each has its checksum.
  static let block = 256 * 1024
  private static let magic = Array("MNEDGE1\n".utf8)
  /// The record's length and checksum, and the magic.
  private static let footer = 16

  let key: [UInt8]
  let status: UInt16
  let origin: [String]
  let fields: [String]
  let lifetimeNs: Int64
  let whileRevalidatingNs: Int64
  let ifErrorNs: Int64
  let ifCutOffNs: Int64
  let allowsStale: Bool
  let ageNs: Int64
  /// When it had that age, in nanoseconds since 1970.
  let savedAtNs: Int64
  let length: Int
  let checksums: [UInt32]

  init(_ answer: StoredAnswer, _ checksums: [UInt32], at now: Instant) {
    key = answer.key.bytes
    status = answer.status.code
    origin = answer.origin.lines
    fields = answer.clientFields.lines
    lifetimeNs = answer.freshness.terms.lifetime.nanoseconds
    whileRevalidatingNs = answer.freshness.terms.staleWhileRevalidate.nanoseconds
    ifErrorNs = answer.freshness.terms.staleIfError.nanoseconds
    ifCutOffNs = answer.freshness.terms.staleIfCutOff.nanoseconds
    allowsStale = answer.freshness.terms.allowsStale
    ageNs = answer.freshness.age(at: now).nanoseconds
    savedAtNs = WallClock.nanoseconds
    length = answer.content.count
    self.checksums = checksums
  }

  /// The answer again. It was asked for before every purge of this process's.
  func answer(_ file: KeptFile, at now: Instant) -> StoredAnswer? {
    let origin = Fields(lines: origin)
    guard let variation = Variation(origin) else { return nil }
    let terms = Freshness.Terms(
      lifetime: .nanoseconds(lifetimeNs), staleWhileRevalidate: .nanoseconds(whileRevalidatingNs),
      staleIfError: .nanoseconds(ifErrorNs), staleIfCutOff: .nanoseconds(ifCutOffNs), allowsStale: allowsStale)
    let age = ageNs + max(0, WallClock.nanoseconds - savedAtNs)
    return StoredAnswer(
      CacheKey(bytes: key), variation, Status(status), origin: origin, fields: Fields(lines: fields),
      StoredContent(file), Freshness(terms, age: .nanoseconds(age), received: now), askedAt: .beforeAllPurges)
  }

  /// As it stands behind the content.
  func encoded() throws -> [UInt8] {
    let record = Array(try JSONEncoder().encode(self))
    return record + bytes(of: UInt32(record.count)) + bytes(of: checksum(record)) + Self.magic
  }

  /// Blocks.
  static func read(from file: DiskFile) throws -> DiskRecord {
    let size = try file.size
    guard size > footer else { throw DiskFile.Failure.damaged }
    let footer = try file.read(footer, at: size - footer)
    let count = Int(number(footer[0..<4]))
    guard Array(footer[8...]) == magic, count <= size - Self.footer else { throw DiskFile.Failure.damaged }
    let bytes = try file.read(count, at: size - Self.footer - count)
    guard checksum(bytes) == number(footer[4..<8]) else { throw DiskFile.Failure.damaged }
    let record = try JSONDecoder().decode(DiskRecord.self, from: Data(bytes))
    guard record.length == size - Self.footer - count, record.checksums.count == blocks(in: record.length) else {
      throw DiskFile.Failure.damaged
    }
    return record
  }

  private static func blocks(in length: Int) -> Int { (length + block - 1) / block }
}

extension Instant {
  /// Of what an earlier process asked for.
  static let beforeAllPurges = Instant(nanoseconds: 1)
}

private func bytes(of number: UInt32) -> [UInt8] { (0..<4).map { UInt8(truncatingIfNeeded: number >> (8 * $0)) } }

private func number(_ bytes: ArraySlice<UInt8>) -> UInt32 { bytes.reversed().reduce(0) { $0 << 8 | UInt32($1) } }

extension Fields {
  /// Name, value, name, value.
  fileprivate var lines: [String] {
    var lines: [String] = []
    forEach { name, value in lines += [name.text, value.text] }
    return lines
  }

  fileprivate init(lines: [String]) {
    self.init()
    for index in stride(from: 0, to: lines.count - 1, by: 2) {
      append(lines[index].utf8Span.span, lines[index + 1].utf8Span.span)
    }
  }
}
