package import HTTP

/// A response whose content may still be arriving. Dropping it closes its connection unless all of it has come.
package final class ClientResponse: BodySource {
  package let status: Status
  package let fields: Fields
  /// Of the content, in bytes; nil when only the end will tell.
  package let length: Int?
  private let exchange: Exchange

  init(_ head: ResponseHead, _ exchange: Exchange) {
    status = head.status
    fields = head.fields
    length =
      switch head.framing {
      case .none: 0
      case .length(let count): count
      case .chunked, .untilClose: nil
      }
    self.exchange = exchange
  }

  /// All of the content, when it has come with the head.
  package var arrived: [UInt8]? { exchange.wholeContent }

  /// Asking for the next piece is what lets the server go on.
  package func next() async throws(HTTPClientError) -> [UInt8]? { try await exchange.next() }

  /// All of the content. Hides the general `collect`, whose error is for requests.
  package func collect(limit: Int) async throws(HTTPClientError) -> [UInt8] {
    if let length, length > limit { throw .tooLarge(limit: limit) }
    var whole: [UInt8] = []
    while let piece = try await exchange.next() {
      guard whole.count + piece.count <= limit else { throw .tooLarge(limit: limit) }
      whole += piece
    }
    return whole
  }
}
