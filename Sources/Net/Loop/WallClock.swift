internal import Glibc

/// The time of day, since 1970 in UTC: for what others read, or this process after a restart. What is measured takes
/// `EventLoop.now`.
package enum WallClock {
  package static var milliseconds: Int64 { nanoseconds / 1_000_000 }

  package static var nanoseconds: Int64 {
    var time = timespec()
    unsafe clock_gettime(CLOCK_REALTIME, &time)
    return Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec)
  }
}
