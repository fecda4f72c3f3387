/// A reply of Redis (RESP2).
package enum RedisValue: Equatable, Sendable {
  case null
  case integer(Int64)
  case status(String)
  case bytes([UInt8])
  case array([RedisValue])
  /// Inside an array only (a transaction's step): a reply that is an error as a whole is thrown.
  case failure(RedisRefusal)

  package var isNull: Bool { self == .null }

  /// Of a status, a string or an integer. Bytes that are not UTF-8 become U+FFFD.
  package var text: String? {
    switch self {
    case .status(let text): text
    case .bytes(let bytes): String(decoding: bytes, as: UTF8.self)
    case .integer(let number): String(number)
    case .null, .array, .failure: nil
    }
  }

  /// Of an integer, or of a string that holds one.
  package var integer: Int64? {
    if case .integer(let number) = self { number } else { text.flatMap { Int64($0) } }
  }

  package var bytes: [UInt8]? {
    if case .bytes(let bytes) = self { bytes } else { nil }
  }

  package var array: [RedisValue]? {
    if case .array(let values) = self { values } else { nil }
  }
}
