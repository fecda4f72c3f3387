internal import Glibc
internal import Logging
internal import Loop
internal import Redis
internal import Synchronization

/// A folder of answers that are too large for memory, within a limit of bytes, shared by all workers. It outlives the
/// process: what was kept whole is there after a restart, however the process ended. It is one process's at a time, and
/// until it is open nothing is kept here.
///
/// A file is written under a name that no start looks for, and gets its own by one rename once all of it is on disk.
/// Each block has a checksum, which is compared before the block is given for the first time.
package final class DiskStore: Sendable {
  /// A file's place in the order of eviction; places are used again, serials are not.
  struct Ticket: Hashable, Sendable {
    let place: EvictionOrder.Place
    let serial: Int
  }

  /// What has to leave to make room.
  struct Victim {
    let key: CacheKey
    let ticket: Ticket
  }

  private struct State {
    var order: EvictionOrder
    var holders: [EvictionOrder.Place: (ticket: Ticket, key: CacheKey)] = [:]
    var serial = 0
    /// Held while the folder is this process's.
    var lock: DiskFile?
    var isClosed = false
    /// Files that are not yet as the next start must find them, those that it has left included.
    var unsettled = 1
    var position: StreamID?
  }

  let folder: String
  /// Begins the names of this process's files.
  let epoch: String
  private let room: Int
  private let state: Mutex<State>
  let log = Logger(label: "edge.disk")

  /// Blocks, for a moment: for the start.
  /// - Parameter room: in bytes.
  package init(in folder: String, room: Int) {
    self.folder = folder
    self.room = room
    epoch = "\(WallClock.nanoseconds)-"
    state = Mutex(State(order: EvictionOrder(room: room), position: Self.readPosition(in: folder)))
  }

  /// Makes the folder this process's, until it ends.
  /// - Throws: when it is another process's, or cannot be written to.
  func open() throws(DiskFile.Failure) {
    guard !isOpen else { return }
    let lock = try DiskFile(locking: "\(folder)/lock")
    state.withLock { $0.lock = lock }
  }

  var isOpen: Bool { state.withLock { $0.lock != nil } }

  /// Whoever waits for the folder gives up.
  func close() { state.withLock { $0.isClosed = true } }

  var isClosed: Bool { state.withLock { $0.isClosed } }

  /// In bytes: larger files would leave room for too few.
  var largest: Int { isOpen ? room / 4 : 0 }

  var bytes: Int { state.withLock { $0.order.bytes } }

  /// Of the stream of purges: up to which all files that are there obey it. Nil when that is not known.
  var position: StreamID? { state.withLock { $0.position } }

  /// A place for a file of which nothing has come yet: what an origin only promises takes no room.
  func admit(_ key: CacheKey) -> Ticket {
    state.withLock { state in
      let place = state.order.insert(size: 0, fingerprint: key.hashValue)
      state.serial += 1
      let ticket = Ticket(place: place, serial: state.serial)
      state.holders[place] = (ticket, key)
      return ticket
    }
  }

  /// More of the file has come: what has to make room for it, which may be the file itself.
  func grow(_ ticket: Ticket, by bytes: Int) -> [Victim] {
    state.withLock { state in
      guard state.holders[ticket.place]?.ticket == ticket else { return [] }
      state.order.grow(ticket.place, by: bytes)
      var victims: [Victim] = []
      while let place = state.order.evict() {
        if let holder = state.holders.removeValue(forKey: place) {
          victims.append(Victim(key: holder.key, ticket: holder.ticket))
        }
      }
      return victims
    }
  }

  /// False once its place was taken.
  func holds(_ ticket: Ticket) -> Bool { state.withLock { $0.holders[ticket.place]?.ticket == ticket } }

  func noteUse(of ticket: Ticket) {
    state.withLock { if $0.holders[ticket.place]?.ticket == ticket { $0.order.noteUse(of: ticket.place) } }
  }

  func giveUp(_ ticket: Ticket) {
    state.withLock { state in
      guard state.holders[ticket.place]?.ticket == ticket else { return }
      state.holders[ticket.place] = nil
      state.order.remove(ticket.place)
    }
  }

  // MARK: What the next start finds

  /// Off the loop. Until it is done, nothing says that purges are obeyed on disk too.
  func delete(_ path: String) {
    // A last reader may outlive its loop.
    guard let loop = EventLoop.ofThisThread else { return unsafe _ = unlink(path) }
    begin()
    loop.start { [self] in
      _ = try? await loop.offload { unsafe unlink(path) }
      end()
    }
  }

  func begin() { state.withLock { $0.unsettled += 1 } }

  func end() { state.withLock { $0.unsettled -= 1 } }

  /// All purges up to there are obeyed.
  func note(_ position: StreamID) {
    let isNews = state.withLock { state in
      guard state.unsettled == 0, state.position != position else { return false }
      state.position = position
      return true
    }
    guard isNews else { return }
    let loop = EventLoop.current
    loop.start { [self] in
      do { try await loop.offload { [folder] in try Self.write(position, in: folder) } } catch {
        log.warning("the place on the stream of purges cannot be kept", metadata: ["error": "\(error)"])
      }
    }
  }

  private static func readPosition(in folder: String) -> StreamID? {
    guard let file = try? DiskFile(reading: "\(folder)/position"), let size = try? file.size, size < 64 else {
      return nil
    }
    return (try? file.read(size, at: 0)).flatMap { StreamID(String(decoding: $0, as: UTF8.self)) }
  }

  private static func write(_ position: StreamID, in folder: String) throws {
    let path = "\(folder)/position.new"
    unsafe unlink(path)
    let file = try DiskFile(creating: path)
    try file.append(Array(position.description.utf8))
    try file.synchronise()
    try DiskFile.check(unsafe rename(path, "\(folder)/position"))
  }
}
