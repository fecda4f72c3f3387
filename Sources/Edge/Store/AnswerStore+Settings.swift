internal import Logging

extension AnswerStore {
  /// As a process has it. A folder that cannot be used costs the disk tier and nothing else: while a new process takes
  /// over from an old one, it is the old one's.
  package convenience init(_ settings: EdgeSettings) {
    let disk = settings.cacheFolder.flatMap { folder -> DiskStore? in
      do { return try DiskStore(in: folder, room: settings.cacheDiskBytes) } catch {
        Logger(label: "edge.disk").warning(
          "large answers are not kept", metadata: ["folder": "\(folder)", "error": "\(error)"])
        return nil
      }
    }
    self.init(room: settings.cacheBytes, disk: disk)
  }
}
