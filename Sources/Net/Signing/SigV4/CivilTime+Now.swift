internal import Glibc

extension CivilTime {
  /// The wall clock, in seconds since 1970: what signatures and tokens are dated with.
  package static var nowUnixSeconds: Int64 { Int64(time(nil)) }
}
