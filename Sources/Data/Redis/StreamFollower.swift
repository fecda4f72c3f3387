package import Loop
package import TLS

/// Follows streams on a connection of its own, which comes back after a loss and goes on where it was. Until `close`
/// it hands on every entry, each stream's in order, or says that some may be missing.
package final class StreamFollower {
  package enum Start {
    /// With the entries that come from now on.
    case newest
    /// With those after the entry of this id.
    case after(StreamID)
  }

  package enum Event: Equatable {
    case entry(StreamEntry, stream: String)
    /// Entries are lost for good: the stream was trimmed, or Redis has lost it, while we were away. What follows are
    /// the entries from now on.
    case missed(stream: String)
    /// All entries so far are handed on; from now on each comes as soon as it is written.
    case upToDate
    /// It is still so: comes every other second at least. Who has not heard it for longer has slept.
    case stillUpToDate
    /// Nothing can be read for now, as before the first `upToDate`.
    case away

    /// Whether it is of that stream, or of all of them.
    package func concerns(_ name: String) -> Bool {
      switch self {
      case .entry(_, let stream), .missed(let stream): stream == name
      case .upToDate, .stillUpToDate, .away: true
      }
    }
  }

  private let loop: EventLoop
  private let client: RedisClient
  private let hear: (Event) -> Void
  private var streams: [(name: String, start: Start)]
  private var isUpToDate = false
  private var isClosed = false
  private var pause: (timer: Timer, end: () -> Void)?

  /// How long Redis may have nothing to say. A line that died without a word is noticed soon after.
  private static let patience = Duration.seconds(2)
  /// Entries of one stream that are read at once.
  private static let batch = 256
  /// Between two attempts while the connection backs off: asking it costs nothing.
  private static let retryInterval = Duration.milliseconds(50)

  /// - Parameter hear: called on the loop. It must not wait: a slow listener starts a task of its own.
  package init(
    on loop: EventLoop, url: RedisURL, tls: TLSContext? = nil, streams: [(name: String, start: Start)],
    hear: @escaping (Event) -> Void
  ) {
    self.loop = loop
    self.streams = streams
    self.hear = hear
    var settings = RedisSettings()
    settings.connections = 1
    settings.backoff.longest = .seconds(1)
    client = RedisClient(loop: loop, url: url, tls: tls, settings: settings)
    loop.start { await self.run() }
  }

  /// Of the newest entry of a stream that was handed on, or that was there when following began; nil before that.
  package func position(in stream: String) -> StreamID? {
    guard case .after(let id)? = streams.first(where: { $0.name == stream })?.start else { return nil }
    return id
  }

  /// Nothing is heard after it.
  package func close() {
    isClosed = true
    client.close()
    pause?.timer.cancel()
    pause?.end()
  }

  private func run() async {
    while !isClosed {
      do throws(RedisError) {
        try await locate()
        while try await read(waiting: false) > 0 {}
        tell(upToDate: true)
        while !isClosed {
          if try await read(waiting: true) < Self.batch, !isClosed { hear(.stillUpToDate) }
        }
      } catch {
        guard !isClosed else { return }
        tell(upToDate: false)
        await rest()
      }
    }
  }

  private func tell(upToDate: Bool) {
    guard upToDate != isUpToDate, !isClosed else { return }
    isUpToDate = upToDate
    hear(upToDate ? .upToDate : .away)
  }

  /// Turns `newest` into an id, and finds out whether all is there that came after the last entry seen.
  private func locate() async throws(RedisError) {
    for index in streams.indices {
      let extent = try await client.extent(of: streams[index].name)
      switch streams[index].start {
      case .newest: streams[index].start = .after(extent.last)
      case .after(let id) where extent.holdsEverything(after: id): break
      case .after:
        streams[index].start = .after(extent.last)
        if !isClosed { hear(.missed(stream: streams[index].name)) }
      }
    }
  }

  /// The count of entries; less than a batch were all that there are.
  private func read(waiting: Bool) async throws(RedisError) -> Int {
    let reply = try await client.send(command(waiting: waiting), deadline: Self.patience + .seconds(1))
    let parts = (reply.array ?? []).compactMap(\.array)
    var count = 0
    for part in parts where part.count == 2 {
      guard let index = streams.firstIndex(where: { $0.name == part[0].text }) else { continue }
      for entry in entries(of: part[1]) where !isClosed {
        if let id = StreamID(entry.id) { streams[index].start = .after(id) }
        hear(.entry(entry, stream: streams[index].name))
        count += 1
      }
    }
    return count
  }

  private func command(waiting: Bool) -> RedisCommand {
    var command = RedisCommand("XREAD", "COUNT", Self.batch)
    if waiting {
      command.append("BLOCK")
      command.append(Int(Self.patience / .milliseconds(1)))
    }
    command.append("STREAMS")
    for stream in streams { command.append(stream.name) }
    for stream in streams {
      if case .after(let id) = stream.start { command.append(id.description) }
    }
    return command
  }

  private func rest() async {
    unsafe await withUnsafeContinuation { continuation in
      let timer = loop.timer(after: Self.retryInterval) { [self] in pause?.end() }
      pause = (
        timer,
        { [self] in
          pause = nil
          unsafe continuation.resume()
        }
      )
    }
  }
}
