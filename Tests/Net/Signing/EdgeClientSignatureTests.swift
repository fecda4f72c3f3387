import Testing

@testable import Signing

@Suite struct `The edge's client signature` {
  private let old = EdgeClientSignature.Key(id: "k1", secret: [UInt8](repeating: 1, count: 32))
  private let new = EdgeClientSignature.Key(id: "k2", secret: [UInt8](repeating: 2, count: 32))
  private let client = EdgeClient(address: "2001:db8::1", country: "DE", requestID: "r-1")
  private let subject = EdgeClientSignature.Subject(method: "GET", host: "origin", target: "/api/v1/titles?page=2")

  @Test func `what one side signs the other reads, within thirty seconds`() throws {
    let field = EdgeClientSignature(keys: [new]).sign(client, for: subject, at: 1_000)
    for now: Int64 in [970, 1_000, 1_030] {
      #expect(try EdgeClientSignature(keys: [old, new]).verify(field, for: subject, at: now) == client)
    }
    for now: Int64 in [969, 1_031] {
      #expect(throws: EdgeClientSignature.Refusal.stale) {
        try EdgeClientSignature(keys: [new]).verify(field, for: subject, at: now)
      }
    }
  }

  @Test func `a field serves no other request, address or key`() {
    let signature = EdgeClientSignature(keys: [new])
    let field = signature.sign(client, for: subject, at: 1_000)
    for (part, text) in [(\EdgeClientSignature.Subject.method, "POST"), (\.host, "other"), (\.target, "/api/v1/admin")]
    {
      var other = subject
      other[keyPath: part] = text
      #expect(throws: EdgeClientSignature.Refusal.wrongSignature) { try signature.verify(field, for: other, at: 1_000) }
    }
    #expect(throws: EdgeClientSignature.Refusal.wrongSignature) {
      try signature.verify(field.replacing(";DE;", with: ";US;"), for: subject, at: 1_000)
    }
    #expect(throws: EdgeClientSignature.Refusal.wrongSignature) {
      try signature.verify(field.replacing("2001:db8::1", with: "2001:db8::2"), for: subject, at: 1_000)
    }
    #expect(throws: EdgeClientSignature.Refusal.unknownKey) {
      try EdgeClientSignature(keys: [old]).verify(field, for: subject, at: 1_000)
    }
    #expect(throws: EdgeClientSignature.Refusal.malformed) { try signature.verify("v1;k2", for: subject, at: 1_000) }
  }
}
