internal import Glibc

/// Makes epochs: checks who could have written the libraries, copies them, tries them in a child process, opens them.
/// Blocks: call it before serving, or on the worker pool. A failure changes nothing; keep the epoch you have.
package struct PolicyLoader: Sendable {
  /// A folder of this process's own, made with mode 0700; holds a set's copies while they are opened.
  private let folder: String
  private let loops: Int
  private let trial: PolicyTrial
  private let opened = OpenLibraries()

  package init(folder: String, loops: Int, trial: PolicyTrial) {
    self.folder = folder
    self.loops = loops
    self.trial = trial
  }

  package func load(_ sources: [PolicySource], epoch: Int) throws(PolicyError) -> PolicyEpoch {
    try refuseTakenNames(sources)
    let place = "\(folder)/\(getpid())-\(epoch)-\(UInt32.random(in: 0...(.max)))"
    guard mkdirs(folder) else { throw PolicyError("*", .notCopied("\(folder): \(TrustedLibrary.lastError())")) }
    try TrustedLibrary.requirePrivate(folder)
    guard unsafe mkdir(place, 0o700) == 0 else {
      throw PolicyError("*", .notCopied("\(place): \(TrustedLibrary.lastError())"))
    }
    // An open library needs its file no more.
    defer { remove(place, count: sources.count) }

    var copies: [PolicySource] = []
    var stamps: [FileStamp] = []
    for (index, source) in sources.enumerated() {
      let copy = Self.copy(index, in: place)
      stamps.append(try TrustedLibrary.copy(source, to: copy))
      copies.append(PolicySource(name: source.name, path: copy, settings: source.settings))
    }
    try trial.run(copies, in: place)
    return try PolicyEpoch(number: epoch, loops: loops, libraries: open(copies, stamps))
  }

  private func open(
    _ copies: [PolicySource], _ stamps: [FileStamp]
  ) throws(PolicyError) -> [(library: PolicyLibrary, settings: String)] {
    var libraries: [(library: PolicyLibrary, settings: String)] = []
    for (source, stamp) in zip(copies, stamps) {
      libraries.append((try opened.library(source, copy: source.path, of: stamp), source.settings))
    }
    return libraries
  }

  private func refuseTakenNames(_ sources: [PolicySource]) throws(PolicyError) {
    var names: Set<String> = []
    for source in sources where !names.insert(source.name).inserted { throw PolicyError(source.name, .nameTaken) }
  }

  private static func copy(_ index: Int, in place: String) -> String { "\(place)/\(index).so" }

  private func mkdirs(_ path: String) -> Bool {
    var made = ""
    for part in path.split(separator: "/") {
      made += "/\(part)"
      guard unsafe mkdir(made, 0o700) == 0 || errno == EEXIST else { return false }
    }
    return true
  }

  private func remove(_ place: String, count: Int) {
    for index in 0..<count { unsafe unlink(Self.copy(index, in: place)) }
    unsafe rmdir(place)
  }
}
