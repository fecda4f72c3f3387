internal import HTTPServer
package import Loop
package import Signing

/// An S3 in this process: objects in a directory, served with S3's protocol and its signatures, so that everything
/// that talks to it talks S3. Lives on the loop that it is started on.
///
/// Path-style addresses, one credential. Not for more than one machine: that is what a real object store is for.
package final class LocalStore {
  /// How long an upload may stay unfinished.
  private static let abandonedAfter = Duration.seconds(7 * 86_400)
  private static let sweepInterval = Duration.seconds(3_600)

  private let holdings: Holdings
  private let service: S3Service
  private var server: Server?
  private var sweep: Timer?

  /// Reads what `directory` holds; it is made if it is missing, readable by its owner only.
  package init(
    on loop: EventLoop, directory: String, credentials: SigV4Credentials, region: String
  ) async throws {
    holdings = try await Holdings.load(on: loop, path: directory)
    service = S3Service(holdings, region: region, credentials: credentials)
  }

  /// Makes the bucket unless it is there.
  package func ensureBucket(_ name: String) async throws {
    if holdings.buckets[name] == nil { try await holdings.createBucket(name) }
  }
}

/// Serving.
extension LocalStore {
  /// - Throws: when the endpoint cannot be listened on.
  package func serve(on endpoint: Endpoint) throws {
    let loop = holdings.loop
    server = try Server(on: endpoint, loop: loop, service: service)
    sweep = loop.timer(after: .zero, repeating: Self.sweepInterval) { [holdings] in
      loop.start { await holdings.sweepUploads(olderThan: Self.abandonedAfter) }
    }
  }

  /// The port in use; nil on a unix socket, and when it does not serve.
  package var port: UInt16? { server?.port }

  /// Accepts no more, and lets what is in flight finish until the deadline.
  package func stop(deadline: Duration = .seconds(5)) async {
    sweep?.cancel()
    sweep = nil
    await server?.drain(deadline: deadline)
    server = nil
  }
}
