import HTTP
@testable import LocalObjectStore
import Signing
import Testing

@Suite struct `Who may ask the local store` {
  @Test func `a presigned URL opens what it was signed for, and nothing else`() throws {
    try SignedClient.run { client in
      #expect(await client.send(.put, "a", body: [1]).status == 200)
      #expect(await client.send(.put, "b", body: [2]).status == 200)
      let target = client.presign(.get, "a")
      #expect(await client.send(.get, target: target).body == [1])
      let refused = [
        await client.send(.put, target: target, [], [3]),
        await client.send(.head, target: target),
        await client.send(.get, target: target.replacing("/films/a?", with: "/films/b?")),
        await client.send(.get, target: target + "&response-content-type=text%2Fhtml"),
        await client.send(.get, target: target + "&x-id=GetObject"),
        await client.send(.get, target: target.replacing("X-Amz-Expires=60", with: "X-Amz-Expires=61")),
      ]
      for answer in refused { #expect(answer.status == 403 && answer.errorCode == "SignatureDoesNotMatch") }
    }
  }

  @Test func `time decides`() throws {
    try SignedClient.run { client in
      #expect(await client.send(.put, "a", body: [1]).status == 200)
      let expired = await client.send(.get, target: client.presign(.get, "a", age: 62, expires: 60))
      #expect(expired.status == 403 && expired.errorCode == "AccessDenied")
      let early = await client.send(.get, target: client.presign(.get, "a", age: -1_000))
      #expect(early.status == 403 && early.errorCode == "AccessDenied")
      let long = await client.send(.get, target: client.presign(.get, "a", expires: 604_801))
      #expect(long.status == 403 && long.errorCode == "AuthorizationQueryParametersError")
    }
  }

  @Test(arguments: [(901, 403), (-901, 403), (890, 200), (-890, 200)] as [(Int64, UInt16)])
  func `a clock may be wrong by fifteen minutes, and by no more`(_ age: Int64, _ status: UInt16) throws {
    try SignedClient.run { client in
      let answer = await client.send(.put, "a", body: [1], age: age)
      #expect(answer.status == status && (status == 200 || answer.errorCode == "RequestTimeTooSkewed"))
    }
  }

  @Test func `a wrong secret is refused, in a field as in a URL, and changes nothing`() throws {
    try SignedClient.run { client in
      let answer = await client.send(.put, "a", body: [1], secret: "another secret of the store's tests")
      #expect(answer.status == 403 && answer.errorCode == "SignatureDoesNotMatch")
      let fetched = await client.send(.get, target: client.presign(.get, "a"))
      #expect(fetched.status == 403 && fetched.errorCode == "SignatureDoesNotMatch")
      let own = SignedClient.credentials.secretAccessKey
      #expect(await client.send(.get, "a", secret: own).errorCode == "NoSuchKey")
    }
  }

  @Test func `an unsigned request, an unknown key and a changed body are refused`() throws {
    try SignedClient.run { client in
      let unsigned = await client.send(.get, target: "/films/a", [])
      #expect(unsigned.status == 403 && unsigned.errorCode == "AccessDenied")
      let stranger = client.presign(.get, "a").replacing("Credential=local", with: "Credential=other")
      let answer = await client.send(.get, target: stranger)
      #expect(answer.status == 403 && answer.errorCode == "InvalidAccessKeyId")
    }
  }
}
