internal import CUV
internal import Glibc

/// A failed libuv call: a negative errno, as libuv reports it.
package struct UVError: Error, Equatable, CustomStringConvertible {
  package let code: Int32

  package static let cancelled = UVError(code: UV_ECANCELED.rawValue)
  package static let timedOut = UVError(code: UV_ETIMEDOUT.rawValue)

  package var description: String { unsafe String(cString: uv_strerror(code)) }
}

/// The one place where a libuv status becomes an error.
@discardableResult
func check(_ status: Int32) throws(UVError) -> Int32 {
  guard status >= 0 else { throw UVError(code: status) }
  return status
}

/// The same for a call of the C library, which answers -1 and leaves the reason in errno.
@discardableResult
func checkErrno(_ result: Int32) throws(UVError) -> Int32 {
  guard result >= 0 else { throw UVError(code: -errno) }
  return result
}
