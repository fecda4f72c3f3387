internal import HTTP

/// Content on its way from a connection to its handler.
@safe final class RequestContent: BodySource {
  private var pending: [UInt8] = []
  private var hasEnded = false
  private var failure: Problem?
  private var waiter: UnsafeContinuation<Void, Never>?
  /// Asked for more than there is: read on.
  private let wantsMore: () -> Void

  init(wantsMore: @escaping () -> Void) { self.wantsMore = wantsMore }

  /// Bytes that the handler has not taken.
  var waitingBytes: Int { pending.count }

  func next() async throws -> [UInt8]? {
    while pending.isEmpty {
      if let failure { throw failure }
      if hasEnded { return nil }
      wantsMore()
      guard pending.isEmpty, !hasEnded, failure == nil else { continue }
      unsafe await withUnsafeContinuation { unsafe waiter = $0 }
    }
    let piece = pending
    pending = []
    return piece
  }

  func append(_ bytes: [UInt8]) {
    guard !bytes.isEmpty else { return }
    pending += bytes
    wake()
  }

  func end() {
    hasEnded = true
    wake()
  }

  func fail(_ problem: Problem) {
    guard !hasEnded else { return }
    failure = failure ?? problem
    wake()
  }

  private func wake() {
    let waiting = unsafe waiter
    unsafe waiter = nil
    unsafe waiting?.resume()
  }
}
