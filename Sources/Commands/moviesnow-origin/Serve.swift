internal import ArgumentParser
internal import Glibc
internal import Loop
internal import OriginServer

struct Serve: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Serve until SIGTERM, then finish what is in flight.")

  @OptionGroup var configuration: ConfigurationOptions

  func run() throws {
    let settings = try configuration.load()
    let loop = EventLoop()
    try loop.run {
      let origin: Origin
      do { origin = try Origin(settings, on: loop) } catch let error as UVError {
        printError("ORIGIN_LISTEN: cannot listen on \(settings.listen): \(error). Is another process using it?")
        throw ExitCode(1)
      }
      print("origin listens on \(settings.listen)")
      fflush(nil)
      await loop.untilTerminated()
      await origin.stop()
    }
  }
}

func printError(_ text: String) {
  let line = Array((text + "\n").utf8)
  _ = unsafe line.withUnsafeBytes { unsafe write(STDERR_FILENO, $0.baseAddress, $0.count) }
}
