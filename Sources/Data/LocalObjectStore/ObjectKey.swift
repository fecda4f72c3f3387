internal import Signing

/// An object's key: 1 to 1024 bytes of UTF-8, compared byte by byte. As a `String` two keys that differ only in their
/// Unicode normalisation would be the same object.
struct ObjectKey: Hashable, Comparable, Sendable {
  let bytes: [UInt8]

  static let longest = 1_024

  /// Nil beyond the limit, when empty, or when it is not UTF-8.
  init?(_ bytes: [UInt8]) {
    guard !bytes.isEmpty, bytes.count <= Self.longest, String(validating: bytes, as: UTF8.self) != nil else {
      return nil
    }
    self.bytes = bytes
  }

  init?(_ text: String) { self.init(Array(text.utf8)) }

  var text: String { String(decoding: bytes, as: UTF8.self) }

  static func < (left: ObjectKey, right: ObjectKey) -> Bool { left.bytes.lexicographicallyPrecedes(right.bytes) }

  /// What its files are called: nothing that a client sends ever becomes part of a path. The bucket's length comes
  /// first, so that bucket `ab` with key `c` and bucket `a` with key `bc` differ.
  func fileName(in bucket: String) -> String {
    var hash = SHA256()
    hash.update("\(bucket.utf8.count):\(bucket)".utf8.span)
    hash.update(bytes.span)
    return hash.finish().hex
  }
}

/// A bucket's name, by S3's rules for new buckets.
enum BucketName {
  static func isValid(_ name: String) -> Bool {
    let bytes = Array(name.utf8)
    guard (3...63).contains(bytes.count), let first = bytes.first, let last = bytes.last,
      isLetterOrDigit(first), isLetterOrDigit(last)
    else { return false }
    return bytes.allSatisfy { isLetterOrDigit($0) || $0 == UInt8(ascii: "-") || $0 == UInt8(ascii: ".") }
      && !name.contains("..")
  }

  private static func isLetterOrDigit(_ byte: UInt8) -> Bool {
    (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte) || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
  }
}
