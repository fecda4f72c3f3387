package import HTTP

/// Whom a server lets in, before it reads a request.
package struct Admission: Sendable {
  /// What each client may have open. Nil counts nobody.
  package var connections: ClientConnections?
  /// Whose connections are not counted: proxies', which carry many clients', beside those of this machine.
  package var uncounted: [CIDR] = []
  /// Load balancers that say in a header of their own, before all else, whose connection it is.
  package var announcing: [CIDR] = []

  package init() {}

  func counts(_ client: IPAddress) -> ClientConnections? {
    guard let connections, !client.isLoopback, !uncounted.contains(where: { $0.contains(client) }) else { return nil }
    return connections
  }

  func isAnnounced(by peer: IPAddress) -> Bool { announcing.contains { $0.contains(peer) } }
}
