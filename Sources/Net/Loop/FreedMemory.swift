internal import CUV

/// What becomes of memory that is freed.
package enum FreedMemory {
  /// Keeps some of it for what comes next. By default a piece of content that is passed on gives its memory back to the
  /// system and the next one takes it again, which costs more than to copy it.
  package static func keep() {
    mallopt(M_MMAP_THRESHOLD, 4 << 20)
    mallopt(M_TRIM_THRESHOLD, 16 << 20)
  }
}
