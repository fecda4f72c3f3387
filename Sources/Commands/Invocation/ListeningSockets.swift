internal import FoundationEssentials
internal import Glibc
package import Loop

/// The sockets that a process listens on, by their settings' names: opened here, or given by whoever started it, which
/// is systemd or the process that it takes over from. Source: sd_listen_fds(3).
package final class ListeningSockets {
  /// The process to end once this one serves; nil when it takes over from none.
  let predecessor: pid_t?
  /// Without a name from who gives none, as systemd-socket-activate does.
  private var given: [(name: String?, descriptor: Int32)] = []
  private var taken: [(name: String, socket: ListeningSocket)] = []

  private static let predecessorName = "MOVIESNOW_PREDECESSOR"
  /// What tells of sockets, and who is meant by it: nothing of it is for the children of this process.
  private static let names = ["LISTEN_PID", "LISTEN_FDS", "LISTEN_FDNAMES", predecessorName]

  /// Before there is another thread: it takes what it was told out of the environment.
  package init() {
    let environment = ProcessInfo.processInfo.environment
    for name in Self.names { unsafe unsetenv(name) }
    let parent = getppid()
    predecessor = environment[Self.predecessorName] == "\(parent)" ? parent : nil
    guard predecessor != nil || environment["LISTEN_PID"] == "\(getpid())" else { return }
    let names = environment["LISTEN_FDNAMES"]?.split(separator: ":", omittingEmptySubsequences: false) ?? []
    for index in 0..<(environment["LISTEN_FDS"].flatMap { Int32($0) } ?? 0) {
      given.append((index < names.count ? String(names[Int(index)]) : nil, 3 + index))
    }
  }

  /// One socket for each worker, or as many as were given, shared out among them: no queue of clients is without
  /// somebody who looks after it, and no worker without a queue.
  /// - Throws: `CommandFailure` with the setting and the reason.
  package func take(_ setting: String, on address: Endpoint, workers: Int = 1) throws -> [[ListeningSocket]] {
    try listening(setting, on: address) {
      var sockets = try takeGiven(for: setting, on: address)
      for socket in sockets where !address.isMet(by: socket.endpoint) {
        throw CommandFailure(
          "\(setting): \(address) is set, but the socket that this process was given listens on \(socket.endpoint). "
            + "Make them agree, or restart: a running service cannot move.")
      }
      if sockets.isEmpty { sockets = try Self.open(workers, on: address) }
      taken += sockets.map { (setting, $0) }
      var shares = [[ListeningSocket]](repeating: [], count: workers)
      for index in 0..<max(workers, sockets.count) {
        shares[index % workers].append(try sockets[index % sockets.count].duplicate())
      }
      return shares
    }
  }

  /// Those of that name, and those without one that listen there.
  private func takeGiven(for setting: String, on address: Endpoint) throws(UVError) -> [ListeningSocket] {
    var sockets: [ListeningSocket] = []
    var others: [(name: String?, descriptor: Int32)] = []
    for (name, descriptor) in given {
      let socket = try ListeningSocket(inherited: descriptor)
      if name == setting || name == nil && address.isMet(by: socket.endpoint) {
        sockets.append(socket)
      } else {
        others.append((name, descriptor))
      }
    }
    given = others
    return sockets
  }

  /// - Throws: `CommandFailure` with what nobody took.
  package func requireNoneLeft() throws {
    guard let (name, _) = given.first else { return }
    throw CommandFailure(
      "a socket named \"\(name ?? "unknown")\" was given, which no setting of this configuration listens on. "
        + "In the .socket unit, FileDescriptorName= is the setting's name: EDGE_LISTEN, ORIGIN_LISTEN.")
  }

  /// Those who have taken a share keep listening on it; nobody else will.
  func close() {
    for (_, socket) in taken { socket.close() }
    taken = []
  }

  /// What makes a child of this process the one that takes over from it.
  func bequeath(to command: inout ChildProcess.Command) {
    // The watchdog's words are for whoever is the service then.
    var environment = ProcessInfo.processInfo.environment.filter { $0.key != "WATCHDOG_PID" }
    environment[Self.predecessorName] = "\(getpid())"
    environment["LISTEN_FDS"] = "\(taken.count)"
    environment["LISTEN_FDNAMES"] = taken.map(\.name).joined(separator: ":")
    command.environment = environment
    command.descriptors = taken.map(\.socket.descriptor)
  }

  private static func open(_ count: Int, on address: Endpoint) throws(UVError) -> [ListeningSocket] {
    try address.requireUnused()
    var sockets = [try ListeningSocket(opening: address)]
    while sockets.count < count { sockets.append(try ListeningSocket(opening: sockets[0].endpoint)) }
    return sockets
  }
}
