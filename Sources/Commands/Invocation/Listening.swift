package import Loop

/// An address that cannot be listened on is the operator's to change.
/// - Throws: `CommandFailure` with the setting and the reason.
package func listening<Value>(
  _ setting: String, on address: Endpoint, _ body: () throws -> Value
) throws -> Value {
  do { return try body() } catch let error as UVError {
    throw CommandFailure("\(setting): cannot listen on \(address): \(error). Is another process using it?")
  }
}
