/// Content that arrives, or is made, piece by piece. Asking for the next piece is what lets the other side go on, so a
/// slow reader slows its writer down.
package protocol BodySource: AnyObject {
  /// The next piece, never empty; nil after the last one. Not called again after nil or an error.
  func next() async throws -> [UInt8]?
}

extension BodySource {
  /// All of it; 413 once it is more than the limit, in bytes.
  package func collect(limit: Int) async throws -> [UInt8] {
    var whole: [UInt8] = []
    while let piece = try await next() {
      guard whole.count + piece.count <= limit else { throw Problem(.contentTooLarge) }
      whole += piece
    }
    return whole
  }
}
