internal import CUV

extension EventLoop {
  /// Runs blocking work (files, Argon2) on libuv's worker pool and resumes on this loop.
  package func offload<T: Sendable>(_ job: @escaping @Sendable () throws -> T) async throws -> T {
    unsafe try await withUnsafeThrowingContinuation { continuation in
      let work = PooledWork(job) { unsafe continuation.resume(with: $0) }
      work.queue(on: self)
    }
  }
}

/// One request to the worker pool.
// `perform` runs on a pool thread and writes `outcome`; libuv orders that before `finish`, which runs on the loop.
@safe private class PooledRequest: @unchecked Sendable {
  private let request = UnsafeMutablePointer<uv_work_t>.allocate(capacity: 1)

  func perform() {}
  func finish(_ status: Int32) {}

  func queue(on loop: EventLoop) {
    unsafe request.pointee.data = Unmanaged.passRetained(self).toOpaque()
    unsafe uv_queue_work(
      loop.uv, request,
      { request in
        unsafe Unmanaged<PooledRequest>.fromOpaque(request!.pointee.data).takeUnretainedValue().perform()
      },
      { request, status in
        let work = unsafe Unmanaged<PooledRequest>.fromOpaque(request!.pointee.data).takeRetainedValue()
        work.finish(status)
        unsafe request!.deallocate()
      })
  }
}

// As its superclass.
private final class PooledWork<T: Sendable>: PooledRequest, @unchecked Sendable {
  private let job: @Sendable () throws -> T
  private let completion: (Result<T, any Error>) -> Void
  private var outcome: Result<T, any Error> = .failure(UVError.cancelled)

  init(_ job: @escaping @Sendable () throws -> T, completion: @escaping (Result<T, any Error>) -> Void) {
    self.job = job
    self.completion = completion
  }

  override func perform() { outcome = Result { try job() } }
  override func finish(_ status: Int32) { completion(outcome) }
}
