import HTTP
import HTTPClient
import Testing
import XML

@testable import ObjectStore

@Suite struct `Answers of an object store` {
  @Test func `a page of a listing is read, keys decoded`() throws {
    let text = """
      <?xml version="1.0" encoding="UTF-8"?>
      <ListBucketResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/"><IsTruncated>true</IsTruncated>
      <Contents><Key>a%20b%26+%2B</Key><ETag>&quot;e&quot;</ETag><Size>5</Size></Contents>
      <CommonPrefixes><Prefix>p/</Prefix></CommonPrefixes><NextContinuationToken>t</NextContinuationToken>
      </ListBucketResult>
      """
    let listing = try #require((try? XMLReader.read(Array(text.utf8))).flatMap(ObjectListing.init))
    #expect(listing.entries.map(\.key) == ["a b& +"] && listing.entries.map(\.size) == [5])
    #expect(listing.entries.map(\.etag) == ["\"e\""])
    #expect(listing.prefixes == ["p/"] && listing.continuation == "t")
  }

  @Test func `a refusal carries S3's code, a store that cannot answer now only its status`() {
    let document = Array("<Error><Code>SlowDown</Code></Error>".utf8)
    #expect(ObjectStoreError(.serviceUnavailable, document: document) == .unavailable(status: .serviceUnavailable))
    #expect(ObjectStoreError(.tooManyRequests, document: []) == .unavailable(status: .tooManyRequests))
    #expect(ObjectStoreError(.forbidden, document: document) == .refused(status: .forbidden, code: "SlowDown"))
    #expect(ObjectStoreError(.notFound, document: []) == .notFound)
    #expect(ObjectStoreError(.preconditionFailed, document: []) == .conditionFailed)
  }

  @Test func `what is no document of S3's is refused`() {
    for text in ["", "x", "<a>", "<html>busy</html>"] {
      #expect((try? XMLReader.read(Array(text.utf8))).flatMap(ObjectListing.init) == nil, "\(text)")
    }
  }
}
