import HTTP
import Support
import Testing

/// Coded answers of the real edge, read by a client that is not ours.
@Suite struct `Compressed answers` {
  @Test(arguments: ["br", "zstd", "gzip"])
  func `curl reads what it gets in each coding`(coding: String) throws {
    try Stage.run { stage in
      let house = try await Deployment(on: stage)
      let editor = try await house.editor()
      for number in 1...9 {
        try await house.forgetRateLimits()
        _ = try await house.publishTitle("metropolis-\(number)", as: editor)
      }
      let list = "/api/v1/titles"
      let plain = try await house.edge.get(list)
      #expect(plain.body.count > 1_024 && plain.fields.all(.vary).joined(separator: ", ").contains("Accept-Encoding"))
      let coded = try await house.edge.get(list, fields: [(.acceptEncoding, coding)])
      #expect(coded.fields.first(.contentEncoding) == coding && coded.body.count < plain.body.count / 2)

      let address = try await house.edgePrograms[0].printed("edge listens on ")
      let ask = ["-s", "--compressed", "-H", "Accept-Encoding: \(coding)", "http://\(address)\(list)"]
      let read = try await stage.run("/usr/bin/curl", ask)
      #expect(read.status == 0 && read.output == plain.text)
    }
  }
}
