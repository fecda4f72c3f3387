internal import CBrotli
internal import CZlib
internal import CZstd
package import HTTP

/// Each for content that is coded once and sent often: slower and smaller than what is coded anew for every answer.
extension ContentCoding {
  private static let gzipLevel: Int32 = 6
  /// Above it each step costs twice the time for a hundredth of the size.
  private static let brotliQuality: Int32 = 5
  private static let zstdLevel: Int32 = 6

  /// The whole content, coded; nil when the library refuses, which it does only without memory.
  package func encode(_ content: [UInt8]) -> [UInt8]? {
    switch self {
    case .gzip: Self.gzip(content)
    case .brotli: Self.brotli(content)
    case .zstd: Self.zstd(content)
    }
  }

  private static func gzip(_ content: [UInt8]) -> [UInt8]? {
    var stream = unsafe z_stream()
    // 16 more than the window's bits: a gzip header around it.
    let status = unsafe deflateInit2_(
      &stream, gzipLevel, Z_DEFLATED, MAX_WBITS + 16, 8, Z_DEFAULT_STRATEGY, ZLIB_VERSION,
      Int32(MemoryLayout<z_stream>.size))
    guard status == Z_OK else { return nil }
    defer { unsafe deflateEnd(&stream) }
    var content = content
    let room = unsafe Int(deflateBound(&stream, UInt(content.count)))
    return unsafe content.withUnsafeMutableBufferPointer { input in
      unsafe coded(room) { output in
        unsafe stream.next_in = input.baseAddress
        unsafe stream.avail_in = UInt32(input.count)
        unsafe stream.next_out = output.baseAddress
        unsafe stream.avail_out = UInt32(output.count)
        return unsafe deflate(&stream, Z_FINISH) == Z_STREAM_END ? Int(stream.total_out) : nil
      }
    }
  }

  private static func brotli(_ content: [UInt8]) -> [UInt8]? {
    unsafe content.withUnsafeBufferPointer { input in
      unsafe coded(BrotliEncoderMaxCompressedSize(input.count)) { output in
        var count = output.count
        let isDone = unsafe BrotliEncoderCompress(
          brotliQuality, BROTLI_DEFAULT_WINDOW, BROTLI_MODE_GENERIC, input.count, input.baseAddress, &count,
          output.baseAddress)
        return isDone == 0 ? nil : count
      }
    }
  }

  private static func zstd(_ content: [UInt8]) -> [UInt8]? {
    unsafe content.withUnsafeBytes { input in
      unsafe coded(ZSTD_compressBound(input.count)) { output in
        let count = unsafe ZSTD_compress(output.baseAddress, output.count, input.baseAddress, input.count, zstdLevel)
        return ZSTD_isError(count) == 0 ? count : nil
      }
    }
  }

  /// What `encode` has written, of at most `room` bytes.
  private static func coded(_ room: Int, _ encode: (UnsafeMutableBufferPointer<UInt8>) -> Int?) -> [UInt8]? {
    var isDone = false
    let bytes = unsafe [UInt8](unsafeUninitializedCapacity: room) { output, count in
      let written = unsafe encode(output)
      isDone = written != nil
      count = written ?? 0
    }
    // A copy: the room for the worst case is not worth keeping.
    return isDone ? Array(bytes[...]) : nil
  }
}
