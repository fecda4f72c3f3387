internal import CUV

/// The memory of one libuv handle. libuv reads it until the close callback has run, so that is where it is freed.
///
/// OWNERSHIP: the handle keeps its owner alive from `init` until the close callback.
@safe struct Handle<Raw> {
  let raw: UnsafeMutablePointer<Raw>

  init(owner: AnyObject) {
    unsafe raw = .allocate(capacity: 1)
    unsafe base.pointee.data = Unmanaged.passRetained(owner).toOpaque()
  }

  /// Every handle type starts with the fields of `uv_handle_t`; libuv's own `data` is its first one.
  var base: UnsafeMutablePointer<uv_handle_t> {
    unsafe UnsafeMutableRawPointer(raw).assumingMemoryBound(to: uv_handle_t.self)
  }

  /// For a handle whose init failed: libuv never saw it.
  func discard() {
    unsafe Unmanaged<AnyObject>.fromOpaque(base.pointee.data).release()
    unsafe raw.deallocate()
  }

  func close() {
    guard unsafe uv_is_closing(base) == 0 else { return }
    unsafe uv_close(base) { handle in
      unsafe Unmanaged<AnyObject>.fromOpaque(handle!.pointee.data).release()
      unsafe UnsafeMutableRawPointer(handle!).deallocate()
    }
  }
}

/// The owner that a callback's handle belongs to.
func owner<Raw, Owner: AnyObject>(of handle: UnsafeMutablePointer<Raw>?, as type: Owner.Type) -> Owner {
  let base = unsafe UnsafeMutableRawPointer(handle!).assumingMemoryBound(to: uv_handle_t.self)
  return unsafe Unmanaged<Owner>.fromOpaque(base.pointee.data).takeUnretainedValue()
}
