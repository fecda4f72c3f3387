package import ArgumentParser
internal import Glibc

/// One of our programs. Why a command cannot go on is told as it is: it begins with the setting or the option it is
/// about.
package protocol Program: ParsableCommand {}

extension Program {
  package static func main() {
    do {
      var command = try parseAsRoot()
      try command.run()
    } catch let failure as CommandFailure {
      printError(failure.description)
      Glibc.exit(1)
    } catch {
      exit(withError: error)
    }
  }
}
