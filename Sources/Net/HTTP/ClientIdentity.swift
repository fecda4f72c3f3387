/// Who asks: the socket's peer, until a trusted proxy names another.
package struct ClientIdentity: Hashable, Sendable {
  package var address: IPAddress
  /// ISO 3166-1 alpha-2, upper case; nil while nothing trusted has said.
  package var country: String?
  /// The request came through a trusted proxy: what it says about its user may be believed.
  package var isVouchedFor = false

  package init(address: IPAddress, country: String? = nil) {
    self.address = address
    self.country = country
  }
}
