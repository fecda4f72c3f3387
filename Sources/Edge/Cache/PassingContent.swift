internal import HTTP

/// Content on its way to one client. Only when all of it has passed is it kept: whoever leaves early leaves nothing.
final class PassingContent: BodySource {
  private let source: any BodySource
  private let length: Int
  private let keep: ([UInt8]) -> Void
  private var passed: [UInt8] = []

  /// - Parameter length: that it must have to be kept, in bytes.
  init(_ source: any BodySource, length: Int, keep: @escaping ([UInt8]) -> Void) {
    self.source = source
    self.length = length
    self.keep = keep
  }

  func next() async throws -> [UInt8]? {
    guard let piece = try await source.next() else {
      if passed.count == length { keep(passed) }
      return nil
    }
    if passed.count <= length { passed += piece }
    return piece
  }
}
