package import Signing

/// How the edge stands to its origin.
package enum OriginBond {
  /// The origin of this product: the edge vouches for each client, and is told what no client sees. Without a signature
  /// the origin takes the edge for the client.
  case own(EdgeClientSignature?)
  /// Any HTTP server: it hears its clients under the name that they have used, and they hear all that it says.
  case stranger

  var isOwn: Bool { if case .own = self { true } else { false } }
}
