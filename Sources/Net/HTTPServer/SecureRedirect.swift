package import HTTP

/// Answers every plain request with the address of the same under https, which keeps the method: RFC 9110 §15.4.9.
package final class SecureRedirect: Service {
  private let port: UInt16
  private let trusts: (Request) -> Bool

  /// - Parameter port: where TLS is spoken.
  /// - Parameter trusts: refuses hosts that are not ours, to which nobody is to be sent.
  package init(to port: UInt16, trusting trusts: @escaping (Request) -> Bool = { _ in true }) {
    self.port = port
    self.trusts = trusts
  }

  package func dispatch(_ request: Request) -> Dispatch {
    guard trusts(request), let authority = request.host, request.path.first == UInt8(ascii: "/") else {
      return .respond(Problem(.badRequest, "Invalid host").response(instance: request.id))
    }
    var response = Response(.permanentRedirect)
    response.fields.append(.location, "https://\(host(authority))\(request.target.text)")
    return .respond(response)
  }

  /// The name asked for with the port of TLS, which 443 need not be said.
  private func host(_ authority: String) -> String {
    let name = authority.hasPrefix("[") ? authority.prefix { $0 != "]" } + "]" : authority.prefix { $0 != ":" }
    return port == 443 ? String(name) : "\(name):\(port)"
  }

  package func finished(_ request: Request, status: Status, bytes: Int, duration: Duration) {}
}
