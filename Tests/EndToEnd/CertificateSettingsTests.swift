import Support
import Testing

/// Certificates that no client would take, and what is said of them before one comes.
@Suite struct `Certificates that cannot be used` {
  @Test func `are refused by check and by serve, with the setting, the file and the reason`() throws {
    try Stage.run { stage in
      let good = try TestCertificate.make(for: "localhost")
      let other = try TestCertificate.make(for: "localhost", key: "rsa:2048")
      let folder = try stage.folder().path
      _ = try await stage.shell("openssl ec -in \(good.keyFile) -aes128 -passout pass:x -out \(folder)/locked")
      let (chain, key) = (good.authority, good.keyFile)
      let expired = try good.dated(from: "20200101000000Z", until: "20200102000000Z")
      let early = try good.dated(from: "20400101000000Z", until: "20400102000000Z")
      let expected = [
        "\(folder)/none:\(key)":
          "\"\(folder)/none\", expected a file that can be used (it cannot be read: No such file or directory)",
        "\(chain):\(folder)/none": "\"\(folder)/none\"", "\(key):\(key)": "holds no certificate in PEM",
        "\(chain):\(chain)": "\"\(chain)\", expected a file that can be used (it holds no private key in PEM",
        "\(chain):\(other.keyFile)": "it is not the key of \(chain)",
        "\(chain):\(folder)/locked": "without a passphrase",
        "\(expired.authority):\(key)": "it has expired on 2020-01-02 00:00:00 UTC",
        "\(early.authority):\(key)": "it is valid only from 2040-01-01 00:00:00 UTC",
        "\(chain):\(key):\(key)": "it holds no successful OCSP response in DER",
        try good.stapled(status: "R").setting: "it says that the certificate is revoked", chain: "chain.pem:key.pem",
      ]
      for (setting, reason) in expected {
        for command in ["check", "serve"] {
          let outcome = try await Role.edge.run(command, changing: ["EDGE_TLS_CERTIFICATES": setting], on: stage)
          #expect(outcome.status == 1)
          #expect(
            outcome.output.hasPrefix("EDGE_TLS_CERTIFICATES is ") && outcome.output.contains(reason), "\(outcome)")
        }
      }
    }
  }

  @Test func `say so of the origin too, and of what stands beside them`() throws {
    try Stage.run { stage in
      let certificate = try TestCertificate.make(for: "localhost")
      let origin = try await Role.origin.run(
        "check", changing: ["ORIGIN_TLS_CERTIFICATES": "/none:\(certificate.keyFile)"], on: stage)
      #expect(origin.status == 1 && origin.output.hasPrefix("ORIGIN_TLS_CERTIFICATES is \"/none\""))
      let settings = [
        "EDGE_TLS_TICKET_KEYS": "/none", "EDGE_REDIRECT_LISTEN": "127.0.0.1:0", "STRICT_TRANSPORT_SECURITY": "forever",
      ]
      for (name, value) in settings {
        let outcome = try await Role.edge.run("check", changing: [name: value], on: stage)
        #expect(outcome.status == 1 && outcome.output.hasPrefix(name), "\(outcome)")
      }
    }
  }
}
