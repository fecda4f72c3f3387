internal import Signing

/// S3's additional checksums. Source: AWS, "Checking object integrity in Amazon S3".
enum ChecksumAlgorithm: String, CaseIterable, Sendable {
  case crc32, crc32c, sha1, sha256, crc64nvme

  var fieldName: String { "x-amz-checksum-\(rawValue)" }
  /// Its element in XML.
  var elementName: String { "Checksum\(rawValue.uppercased())" }

  /// Of the name that fields carry, in either case: `CRC32`.
  init?(name: String) { self.init(rawValue: name.lowercased()) }

  init?(fieldName: String) {
    guard fieldName.hasPrefix("x-amz-checksum-") else { return nil }
    self.init(rawValue: String(fieldName.dropFirst(15)))
  }
}

/// A checksum being computed.
enum RunningChecksum: Sendable {
  case crc32(CyclicRedundancy<UInt32>)
  case crc64(CyclicRedundancy<UInt64>)
  case sha1(SHA1)
  case sha256(SHA256)

  init(_ algorithm: ChecksumAlgorithm) {
    self =
      switch algorithm {
      case .crc32: .crc32(CyclicRedundancy(polynomial: 0xEDB8_8320))
      case .crc32c: .crc32(CyclicRedundancy(polynomial: 0x82F6_3B78))
      case .crc64nvme: .crc64(CyclicRedundancy(polynomial: 0x9A6C_9329_AC4B_C9B5))
      case .sha1: .sha1(SHA1())
      case .sha256: .sha256(SHA256())
      }
  }

  mutating func update(_ bytes: [UInt8]) {
    switch self {
    case .crc32(var crc):
      crc.update(bytes.span)
      self = .crc32(crc)
    case .crc64(var crc):
      crc.update(bytes.span)
      self = .crc64(crc)
    case .sha1(var hash):
      hash.update(bytes.span)
      self = .sha1(hash)
    case .sha256(var hash):
      hash.update(bytes.span)
      self = .sha256(hash)
    }
  }

  var bytes: [UInt8] {
    switch self {
    case .crc32(let crc): return crc.bytes
    case .crc64(let crc): return crc.bytes
    case .sha1(var hash): return hash.finish().bytes
    case .sha256(var hash): return hash.finish().bytes
    }
  }

  var base64: String { Base64.standard.encode(bytes) }
}

extension StoredChecksum {
  /// Over the parts' checksums, as S3 makes it of a multipart object. Nil unless each part has one.
  init?(compositeOf parts: [PartRecord], algorithm: ChecksumAlgorithm) {
    var running = RunningChecksum(algorithm)
    for part in parts {
      guard let checksum = part.content.checksum, checksum.algorithm == algorithm,
        let bytes = Base64.standard.decode(checksum.text)
      else { return nil }
      running.update(bytes)
    }
    self.init(algorithm: algorithm, text: "\(running.base64)-\(parts.count)")
  }
}
