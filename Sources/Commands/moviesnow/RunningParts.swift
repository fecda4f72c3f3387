/// What runs, to be stopped again, the last first, whatever comes of the rest.
final class RunningParts {
  private var stops: [() async -> Void] = []

  func add(_ stop: @escaping () async -> Void) { stops.append(stop) }

  func stop() async { for stop in stops.reversed() { await stop() } }
}
