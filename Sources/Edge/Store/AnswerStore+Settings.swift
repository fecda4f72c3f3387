extension AnswerStore {
  /// As a process has it.
  package convenience init(_ settings: EdgeSettings) {
    let disk = settings.cacheFolder.map { DiskStore(in: $0, room: settings.cacheDiskBytes) }
    self.init(room: settings.cacheBytes, disk: disk)
  }
}
