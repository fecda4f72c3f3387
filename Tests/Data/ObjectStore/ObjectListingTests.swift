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

  @Test func `an error says whose fault it is and whether to try again`() {
    let document = Array("<Error><Code>SlowDown</Code></Error>".utf8)
    let busy = ObjectStoreError(.serviceUnavailable, document: document)
    #expect(busy.isRetryable && busy.fault == .store)
    let refused = ObjectStoreError(.forbidden, document: document)
    #expect(refused == .refused(status: .forbidden, code: "SlowDown") && !refused.isRetryable && refused.fault == .ours)
    #expect(ObjectStoreError(.notFound, document: []).fault == .caller)
    #expect(ObjectStoreError(.preconditionFailed, document: []) == .conditionFailed)
    #expect(ObjectStoreError.transport(.timedOut(wasSent: true)).isRetryable)
  }

  @Test func `what is no document of S3's is refused`() {
    for text in ["", "x", "<a>", "<html>busy</html>"] {
      #expect((try? XMLReader.read(Array(text.utf8))).flatMap(ObjectListing.init) == nil, "\(text)")
    }
  }
}
