internal import Edge
internal import FoundationEssentials
internal import Glibc
internal import HTTP
internal import HTTPClient
internal import Loop
internal import Signing

/// What only an edge has.
extension Examination {
  /// As an edge that starts: its origin tells what is published to those that it believes.
  func publication(_ keys: [EdgeClientSignature.Key], of origin: Authority) async {
    let upstream = Upstream(
      web, origin, bond: .own(EdgeClientSignature(keys: keys)), country: { _ in nil }, audience: { _ in nil },
      clientFields: { [] }, now: { CivilTime.nowUnixSeconds })
    do {
      _ = try await upstream.publication(otherThan: nil, on: loop)
      note("EDGE_IDENTITY_KEYS", .ok, "the origin tells us what is published")
    } catch { note("EDGE_IDENTITY_KEYS", .failed, "\(error)") }
  }

  /// Whether the disk has room for what may be kept in the folder, which what is kept there already has taken.
  func room(in folder: String, for bytes: Int) {
    var disk = statvfs()
    guard unsafe statvfs(folder, &disk) == 0 else { return }
    let room = Int(disk.f_bavail) * Int(disk.f_frsize) + kept(in: folder)
    let (there, wanted) = (room >> 20, bytes >> 20)
    note(
      "EDGE_CACHE_FOLDER", there < wanted ? .warning : .ok,
      "has room for \(there) MiB" + (there < wanted ? ", EDGE_CACHE_DISK_BYTES for \(wanted): lower it" : ""))
  }

  private func kept(in folder: String) -> Int {
    let files = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
    return files.reduce(0) { sum, name in
      var file = stat()
      return unsafe stat("\(folder)/\(name)", &file) == 0 ? sum + Int(file.st_size) : sum
    }
  }
}
