internal import CZlib

/// CRC-32, which finds what a disk has changed; it is no proof against who changes it on purpose. Source: RFC 1952 §8.
package func checksum(_ bytes: [UInt8]) -> UInt32 {
  unsafe bytes.withUnsafeBufferPointer { UInt32(unsafe crc32(0, $0.baseAddress, UInt32($0.count))) }
}
