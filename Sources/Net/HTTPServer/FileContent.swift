package import HTTP
package import Loop

/// Content that lies in a file. To clients in clear the kernel sends it from there, all others get what `next` gives.
package protocol FileContent: BodySource {
  /// What comes next, proved to be what it should be; nil after the last part.
  func nextPart() async throws -> FilePart?
}
