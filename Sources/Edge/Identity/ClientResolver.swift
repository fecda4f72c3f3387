package import HTTP
internal import Settings

/// Finds out who sent a request. A proxy in front of the edge hides its clients and names them in X-Forwarded-For or
/// Forwarded; only what proxies that we trust have written there counts.
package struct ClientResolver: Sendable {
  /// None: every peer is the client itself.
  let proxies: [CIDR]

  package init(trusting proxies: [CIDR]) { self.proxies = proxies }

  /// Sets the client's address, and whether a trusted proxy vouches for what the request says of its client, and of
  /// its trace.
  package func resolve(_ request: Request) {
    guard !proxies.isEmpty, trusts(request.client.address) else { return }
    request.client.isVouchedFor = true
    request.trace.heedCaller()
    request.client.address = client(of: request.fields, behind: request.client.address)
  }

  /// The last address that no trusted proxy has: each proxy appends whom it heard from, and whoever comes first in the
  /// list may have invented what stands before.
  private func client(of fields: Fields, behind peer: IPAddress) -> IPAddress {
    let simple = ForwardedAddresses(xForwardedFor: fields).map { walk($0, from: peer) }
    let standard = ForwardedAddresses(forwarded: fields).map { walk($0, from: peer) }
    // A proxy writes one of them, and may pass on the other as its client sent it: a contradiction is a forgery.
    if let simple, let standard, simple != standard { return peer }
    return simple ?? standard ?? peer
  }

  private func walk(_ addresses: ForwardedAddresses, from peer: IPAddress) -> IPAddress {
    var client = peer
    for address in addresses.latestFirst {
      guard trusts(client), let address else { break }
      client = address
    }
    return client
  }

  func trusts(_ address: IPAddress) -> Bool { proxies.contains { $0.contains(address) } }
}

extension ClientResolver {
  /// `TRUSTED_PROXIES`: networks as 10.0.0.0/8, with commas between. `TRUST_FORWARD_HEADERS` may turn them off, and
  /// `TRUSTED_PROXY_ONLY` can only be true: nobody else is ever believed. Problems are left with the reader.
  init(_ reader: SettingsReader) {
    let name = "TRUSTED_PROXIES"
    let proxies = reader.networks(name)
    let believes = reader.flag("TRUST_FORWARD_HEADERS", default: !proxies.isEmpty)
    if believes, reader.list(name).isEmpty {
      reader.report(
        SettingProblem(
          key: name, expected: "the proxies whose headers count, as 10.0.0.0/8",
          hint: "TRUST_FORWARD_HEADERS is set, and headers of anyone are never believed"))
    }
    if !reader.flag("TRUSTED_PROXY_ONLY", default: true) {
      reader.report(
        SettingProblem(
          key: "TRUSTED_PROXY_ONLY", value: "false", expected: "true",
          hint: "only what \(name) names is ever believed"))
    }
    self.init(trusting: believes ? proxies : [])
  }
}

extension SettingsReader {
  /// Networks with commas between. Problems are left with the reader.
  func networks(_ name: String) -> [CIDR] {
    list(name).compactMap { text in
      if let block = CIDR(text) { return block }
      let expected = "addresses or networks, as 10.0.0.0/8 or 2001:db8::/32, with no bit set beyond the prefix"
      report(SettingProblem(key: name, value: text, expected: expected))
      return nil
    }
  }
}
