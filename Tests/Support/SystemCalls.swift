internal import FoundationEssentials

/// How often a process has read and written so far, sockets and files alike, as the kernel counts it: nobody traces it.
/// `recv` and `send` are not among them, and our loop uses neither. Source: proc_pid_io(5).
package struct SystemCalls {
  package let reads: Int
  package let writes: Int

  /// Nil where the kernel does not count.
  package init?(of pid: Int32) {
    guard let bytes = FileManager.default.contents(atPath: "/proc/\(pid)/io") else { return nil }
    let lines = String(decoding: bytes, as: UTF8.self).split(separator: "\n")
    func count(_ name: String) -> Int? {
      lines.first { $0.hasPrefix(name) }.flatMap { Int($0.dropFirst(name.utf8.count)) }
    }
    guard let reads = count("syscr: "), let writes = count("syscw: ") else { return nil }
    (self.reads, self.writes) = (reads, writes)
  }
}
