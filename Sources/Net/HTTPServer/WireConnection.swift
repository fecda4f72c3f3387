internal import HTTP

/// One client of a server, in whichever version of HTTP it speaks.
protocol WireConnection: AnyObject {
  /// Whoever it is for the counts by address.
  var peer: IPAddress { get }
  /// Its place in the server's list.
  var slot: Int { get set }
  /// Called now and then: time has passed. True when the client was late and is told so.
  func tick() -> Bool
  /// Lets what is in flight finish, and takes nothing new.
  func drain()
  func close()
}
