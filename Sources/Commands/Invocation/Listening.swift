internal import ArgumentParser
package import Loop

/// An address that cannot be listened on is the operator's to change.
/// - Throws: `ExitCode` 1 after the setting and the reason were printed.
package func listening<Value>(
  _ setting: String, on address: Endpoint, _ body: () throws -> Value
) throws -> Value {
  do { return try body() } catch let error as UVError {
    printError("\(setting): cannot listen on \(address): \(error). Is another process using it?")
    throw ExitCode(1)
  }
}
