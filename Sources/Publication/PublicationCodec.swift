internal import FoundationEssentials

/// The bytes of published values, JSON with sorted names: on the wire, on the stream, and in the edge's file of the
/// last good state.
package enum PublicationCodec {
  /// Goes up when an older reader would misread; a reader refuses every other format.
  private static let format = 1

  private struct Envelope<Value: Codable>: Codable {
    let format: Int
    let value: Value
  }

  private struct Header: Decodable { let format: Int }

  /// Why bytes are not a published value of ours.
  package enum Failure: Error, Equatable { case malformed(String), format(Int) }

  package static func encode(_ state: PublishedState) -> [UInt8] { bytes(of: state) }
  package static func encode(_ change: PublicationChange) -> [UInt8] { bytes(of: change) }

  package static func decodeState(_ bytes: [UInt8]) throws(Failure) -> PublishedState { try value(in: bytes) }
  package static func decodeChange(_ bytes: [UInt8]) throws(Failure) -> PublicationChange { try value(in: bytes) }

  private static func bytes(of value: some Codable) -> [UInt8] {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    // Strings, integers and arrays of them always encode.
    let data = try! encoder.encode(Envelope(format: format, value: value))
    return [UInt8](data)
  }

  private static func value<Value: Codable>(in bytes: [UInt8]) throws(Failure) -> Value {
    let data = Data(bytes)
    do {
      let found = try JSONDecoder().decode(Header.self, from: data).format
      guard found == format else { throw Failure.format(found) }
      return try JSONDecoder().decode(Envelope<Value>.self, from: data).value
    } catch let failure as Failure {
      throw failure
    } catch {
      throw .malformed("\(error)")
    }
  }
}
