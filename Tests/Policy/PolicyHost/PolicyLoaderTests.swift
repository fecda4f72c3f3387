import Glibc
import PolicyHost
import Support
import Testing

@Suite struct `Loading policies` {
  private let library: TestLibrary

  init() throws { library = try TestLibrary() }

  private func reason(_ path: String, settings: String = "{}") -> PolicyError.Reason? {
    do {
      _ = try library.load([PolicySource(name: "p", path: path, settings: settings)])
      return nil
    } catch {
      return (error as? PolicyError)?.reason
    }
  }

  @Test func `a sound library loads and decides`() throws {
    let set = try library.load([PolicySource(name: "p", path: library.compile("a"))])
    let decision = set.evaluate(question())
    #expect(decision.isAllowed && decision.lifetime == 7 && decision.limitedBy?.qualifiedName == "p/fixed")
  }

  @Test func `a plugin with the shorter table of an older version works`() throws {
    let path = library.compile("old", defines: ["SIZE=offsetof(policy_plugin, limit)"])
    let decision = try library.load([PolicySource(name: "p", path: path)]).evaluate(question())
    #expect(decision.isAllowed && decision.lifetime == 300 && decision.limitedBy == nil)
  }

  @Test func `a plugin with the longer table of a later minor works`() throws {
    let path = library.compile("new", defines: ["MINOR=9", "SIZE=(sizeof(policy_plugin) + 32)"])
    #expect(try library.load([PolicySource(name: "p", path: path)]).evaluate(question()).isAllowed)
  }

  @Test func `another major version is refused with both`() {
    #expect(reason(library.compile("abi", defines: ["MAJOR=2", "MINOR=0"])) == .wrongABI(major: 2, minor: 0))
  }

  @Test func `a table too short for any version is refused`() {
    #expect(reason(library.compile("short", defines: ["SIZE=8"])) == .malformedTable("it is 8 bytes long"))
  }

  @Test(arguments: [
    "mkdir -m 755 copies", "mkdir -m 700 theirs && ln -s theirs copies",
    "mkdir -m 700 copies && chown nobody copies 2>/dev/null || chmod 770 copies",
  ])
  func `a folder for copies that others made, or may enter, is refused`(_ making: String) {
    let path = library.compile("a")
    #expect(unsafe system("cd \(library.folder.path) && \(making)") == 0)
    let copies = "\(library.folder.path)/copies"
    #expect(reason(path) == .untrusted(what: copies, why: "it must be a folder of this user's, with mode 0700"))
  }

  @Test func `a missing library, one without an entry, and a file that is none are refused`() throws {
    #expect(reason("\(library.folder.path)/none.so") == .missing)
    #expect(reason(library.compile("entry", defines: ["NO_ENTRY"])) == .noEntry)
    let text = "\(library.folder.path)/text.so"
    unsafe _ = system("echo text > \(text)")
    guard case .notLoadable = reason(text) else {
      Issue.record("a text file was loaded")
      return
    }
  }

  @Test func `rejected settings are reported in the plugin's words`() {
    #expect(reason(library.compile("s"), settings: "[]") == .settingsRejected("settings must be {}"))
  }

  @Test func `a library that crashes does so in the child, and is refused`() {
    #expect(reason(library.compile("crash", defines: ["CRASH"])) == .crashed(signal: SIGABRT))
  }

  @Test func `a name may stand only once`() throws {
    let source = PolicySource(name: "p", path: library.compile("a"))
    #expect(throws: PolicyError("p", .nameTaken)) { try library.load([source, source]) }
  }

  @Test func `a library or folder that others may write is refused`() {
    let path = library.compile("a")
    unsafe chmod(path, 0o757)
    #expect(reason(path) == .untrusted(what: path, why: "others may write it"))
    unsafe chmod(path, 0o755)
    unsafe chmod(library.folder.path, 0o777)
    #expect(reason(path) == .untrusted(what: library.folder.path, why: "others may write it"))
    unsafe chmod(library.folder.path, 0o700)
    #expect(reason(path) == nil)
  }

  @Test(.enabled(if: geteuid() == 0)) func `a library of another user's is refused`() {
    let path = library.compile("a")
    unsafe chown(path, 65534, 0)
    #expect(reason(path) == .untrusted(what: path, why: "it belongs to user 65534"))
  }

  @Test func `a library replaced by rename or in place serves its new verdict after a reload`() throws {
    let path = library.compile("a")
    let source = PolicySource(name: "p", path: path)
    let first = try library.load([source], epoch: 1)
    _ = library.compile("a", defines: ["VERDICT=POLICY_DENY"])
    let second = try library.load([source], epoch: 2)
    PluginAuthor(folder: library.folder.path).compileInPlace("a")
    let last = try library.load([source], epoch: 3)
    #expect([first, second, last].map { $0.evaluate(question()).isAllowed } == [true, false, true])
    #expect(second.evaluate(question()).deniedBy?.reason == "fixed_reason")
  }

  @Test func `a library that has not changed is opened once, however often it is loaded`() throws {
    let source = PolicySource(name: "p", path: library.compile("a"))
    let loader = library.loader()
    var mapped: [Int] = []
    for epoch in 1...20 {
      #expect(try loader.load([source], epoch: epoch).set(forLoop: 0).evaluate(question()).isAllowed)
      mapped.append(mappings().filter { $0.contains("\(library.folder.path)/copies") }.count)
    }
    #expect(mapped[0] > 0 && mapped[19] == mapped[15], "\(mapped)")
    PluginAuthor(folder: library.folder.path).compileInPlace("a", defines: ["VERDICT=POLICY_DENY"])
    #expect(try !loader.load([source], epoch: 21).set(forLoop: 0).evaluate(question()).isAllowed)
  }

  /// The lines of /proc/self/maps, which has no size that could be asked for: a reader by size gets only the first.
  private func mappings() -> [Substring] {
    guard let file = unsafe fopen("/proc/self/maps", "r") else { return [] }
    defer { unsafe fclose(file) }
    var text: [UInt8] = []
    var piece = [UInt8](repeating: 0, count: 65_536)
    while case let count = unsafe fread(&piece, 1, piece.count, file), count > 0 { text += piece[..<count] }
    return String(decoding: text, as: UTF8.self).split(separator: "\n")
  }

  @Test func `a failing reload leaves the old set as it was`() throws {
    let source = PolicySource(name: "p", path: library.compile("a"))
    let old = try library.load([source])
    _ = library.compile("a", defines: ["MAJOR=2", "MINOR=0"])
    #expect(throws: PolicyError.self) { try library.load([source], epoch: 2) }
    #expect(old.evaluate(question()).isAllowed)
  }

  @Test func `every loop has an instance of its own`() throws {
    let source = PolicySource(name: "p", path: library.compile("a"))
    let epoch = try library.loader(loops: 2).load([source], epoch: 1)
    _ = epoch.set(forLoop: 0).evaluate(question())
    #expect(epoch.set(forLoop: 0).counters[0].authorize.calls == 1)
    #expect(epoch.set(forLoop: 1).counters[0].authorize.calls == 0)
  }

  @Test func `nothing of a load stays in the private folder`() throws {
    _ = try library.load([PolicySource(name: "p", path: library.compile("a"))])
    #expect(unsafe system("test -z \"$(ls -A \(library.folder.path)/copies)\"") == 0)
  }
}
